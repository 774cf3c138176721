import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Inputs with the answers that Argo's own code gave for them: a line each, `{"case": …, "expected": …}`. */
export interface ConformanceCase<Case, Expected> {
  readonly case: Case;
  readonly expected: Expected;
}

/** `pass`; `skip` with the reason why the answer need not be ours; or what differs. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'fail'; readonly difference: string };

export const passed: Verdict = { kind: 'pass' };

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The first failures, each with its case's name. */
  readonly failures: readonly string[];
}

/**
 * Cases of a file of `CONFORMANCE_DIR`, or of test/fixtures/conformance; the name is without `.jsonl`, the file may be gzipped. A folder that was
 * named need not have every file: one that it lacks has no cases.
 */
export function readCases<Case, Expected>(name: string): readonly ConformanceCase<Case, Expected>[] {
  return linesOf(name).map(line => JSON.parse(line) as ConformanceCase<Case, Expected>);
}

function linesOf(name: string): readonly string[] {
  const folder = process.env.CONFORMANCE_DIR ?? new URL('../fixtures/conformance', import.meta.url).pathname;
  const file = [`${name}.jsonl`, `${name}.jsonl.gz`].map(it => join(folder, it)).find(it => existsSync(it));
  if (file === undefined && process.env.CONFORMANCE_DIR !== undefined && existsSync(folder)) return [];
  if (file === undefined) throw new Error(`${folder} has neither ${name}.jsonl nor ${name}.jsonl.gz`);
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter(it => it.trim() !== '');
}

/** Judges every case, prints `<file>: N passed, N failed, N skipped` with the reasons, and gives the numbers to assert. */
export async function judge<Case extends { readonly id?: string }, Expected>(
  name: string,
  verdict: (given: Case, expected: Expected) => Verdict | Promise<Verdict>,
): Promise<Tally> {
  const cases = readCases<Case, Expected>(name);
  const skips = new Map<string, number>();
  const failures: string[] = [];
  for (const [i, it] of cases.entries()) {
    const result = await verdict(it.case, it.expected);
    if (result.kind === 'skip') skips.set(result.reason, (skips.get(result.reason) ?? 0) + 1);
    if (result.kind === 'fail') failures.push(`${it.case.id ?? `line ${i + 1}`}: ${result.difference}`);
  }
  const skipped = [...skips.values()].reduce((sum, it) => sum + it, 0);
  const tally = {
    passed: cases.length - failures.length - skipped,
    failed: failures.length,
    skipped,
    failures: failures.slice(0, 20),
  };
  process.stdout.write(cases.length === 0 ? '' : `${report(name, tally, skips)}\n`);
  return tally;
}

function report(name: string, tally: Tally, skips: ReadonlyMap<string, number>): string {
  const head = `${name}.jsonl: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
  return [head, ...[...skips].map(([reason, count]) => `  skipped ${count}: ${reason}`)].join('\n');
}
