import { afterAll, beforeAll, expect, test } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import type { Known, TreeOf } from '../../server/core/facts/facts.ts';
import type { Generation } from '../../server/core/generate/generation.ts';
import { isObject, type Json, type JsonObject } from '../../server/core/text/json.ts';
import { type GenerateSources, generateAll } from '../../server/engine/generate.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { type Case, casesOf } from './cases.ts';

/** Inputs with the answers that Argo CD's own ApplicationSet code gave for them. */

let library: Golib;
beforeAll(async () => {
  library = new Golib({ wasm: await buildGolib() });
}, 600_000);
afterAll(() => library.dispose());

/** What need not match, and why. */
const skips: readonly { readonly why: string; readonly applies: (it: Case) => boolean }[] = [];

test('ApplicationSets give what Argo CD gives', { timeout: 1_200_000 }, async () => {
  const cases = casesOf('appset.jsonl');
  const failures: string[] = [];
  const skipped = new Map<string, number>();
  let passed = 0;
  for (const it of cases) {
    const skip = skips.find(({ applies }) => applies(it));
    if (skip !== undefined) {
      skipped.set(skip.why, (skipped.get(skip.why) ?? 0) + 1);
      continue;
    }
    const difference = differenceOf(it, await generate(it.case));
    if (difference === undefined) passed++;
    else failures.push(`${String(it.case.id)}: ${difference}`);
  }
  const left = [...skipped.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`appset.jsonl: ${passed} passed, ${failures.length} failed, ${left} skipped\n`);
  for (const [why, count] of skipped) process.stdout.write(`  ${count} skipped: ${why}\n`);
  for (const failure of failures.slice(0, Number(process.env.CONFORMANCE_SHOW ?? 40)))
    process.stdout.write(`  ${failure}\n`);
  expect(failures.length).toBe(0);
});

function generate(it: JsonObject): Promise<Generation> {
  const options = isObject(it.options) ? it.options : {};
  return generateAll(it.applicationSet as JsonObject, sourcesOf(it), library, {
    newGitFileGlobbing: options.newGitFileGlobbing === true,
    includeHiddenDirectories: options.includeHiddenDirectories === true,
  });
}

/** One commit, which these names all mean (and the constraint, by the tag v1.2.3). */
const REVISIONS = new Set(['', 'HEAD', 'main', 'release', 'v1.2.3', 'refs/heads/main', '1.x']);

function sourcesOf(it: JsonObject): GenerateSources {
  const repos = isObject(it.repos) ? it.repos : {};
  const filesOf = (of: TreeOf): Record<string, string> | undefined => {
    const repo = repos[of.repoURL];
    return isObject(repo) && isObject(repo.files) ? (repo.files as Record<string, string>) : undefined;
  };
  const tree = (of: TreeOf): Known<'tree'> => {
    const files = filesOf(of);
    if (files === undefined) return unavailable('failed to list refs: repository not found');
    if (!REVISIONS.has(of.revision)) {
      return unavailable(`unable to resolve '${of.revision}' to a commit SHA: revision not found`);
    }
    return { files: Object.keys(files).sort() };
  };
  const projects = Array.isArray(it.projects) ? (it.projects as JsonObject[]) : [{ metadata: { name: 'default' } }];
  return {
    tree,
    file: of => filesOf(of)?.[of.path] ?? unavailable('no such file'),
    clusters: () => (Array.isArray(it.clusters) ? (it.clusters as JsonObject[]) : []),
    projects: () => projects,
  };
}

function unavailable(error: string) {
  return { unavailable: true as const, why: 'The case has no such thing.', error };
}

/** The first difference between a generation and Argo CD's answer, in words. */
function differenceOf({ expected }: Case, generation: Generation): string | undefined {
  if (generation.missing.length > 0) return `still missing ${JSON.stringify(generation.missing).slice(0, 300)}`;
  const error = typeof expected.error === 'string' ? masked(expected.error) : undefined;
  if (error !== undefined) {
    const refused = generation.refused === undefined ? 'nothing' : masked(generation.refused);
    if (refused !== error) return `expected the error\n      ${error}\n    but got\n      ${refused}`;
    const told = generation.problems.some(problem => masked(problem.message).startsWith(error));
    return told ? undefined : 'no problem begins with the error';
  }
  if (typeof expected.decodeError === 'string') {
    return generation.refused === expected.decodeError
      ? undefined
      : `expected the decoding error ${expected.decodeError}, got ${generation.refused}`;
  }
  if (generation.refused !== undefined) return `refused: ${generation.refused}`;
  return (
    applicationsDifference(expected, generation) ??
    validationDifference(expected, generation) ??
    warningDifference(expected, generation)
  );
}

function applicationsDifference(expected: JsonObject, generation: Generation): string | undefined {
  const wanted = (expected.applications as Json[]).map(canonical);
  const made = generation.applications.map(it => canonical(it.application));
  if (expected.order !== 'stable') {
    wanted.sort();
    made.sort();
  }
  for (let i = 0; i < Math.max(wanted.length, made.length); i++) {
    if (wanted[i] !== made[i]) {
      return `${wanted.length} wanted, ${made.length} made; at ${i}\n      wanted ${wanted[i]}\n      made   ${made[i]}`;
    }
  }
  return undefined;
}

function validationDifference(expected: JsonObject, generation: Generation): string | undefined {
  const wanted = isObject(expected.validation) ? expected.validation : {};
  const made: Record<string, string> = {};
  for (const { application, skipped } of generation.applications) {
    const metadata = application.metadata as JsonObject;
    if (skipped !== undefined) made[`${String(metadata.namespace)}/${String(metadata.name ?? '')}`] = skipped;
  }
  if (canonical(wanted) !== canonical(made))
    return `validation\n      wanted ${canonical(wanted)}\n      made   ${canonical(made)}`;
  const untold = Object.values(wanted).find(
    message => !generation.problems.some(problem => problem.message.startsWith(String(message))),
  );
  return untold === undefined ? undefined : `no problem says ${String(untold)}`;
}

function warningDifference(expected: JsonObject, generation: Generation): string | undefined {
  const wanted = expected.unrecognizedGenerators;
  const made = generation.problems.find(problem => problem.code === 'unrecognized-generator')?.message;
  if (typeof wanted !== 'string') return made === undefined ? undefined : `unexpected warning ${made}`;
  return made?.startsWith(wanted) ? undefined : `expected the warning ${wanted}, got ${made}`;
}

/** Null, missing, `[]` and `{}` are the same; keys in one order. */
function canonical(value: Json): string {
  return JSON.stringify(plain(value) ?? null);
}

function plain(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const items = (value as Json[]).map(item => plain(item) ?? null);
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return value;
  const entries = Object.keys(value)
    .sort()
    .flatMap(key => {
      const item = plain(value[key] ?? null);
      return item === undefined ? [] : [[key, item] as const];
    });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A commit is the case's own, and so is the folder of the work tree. */
function masked(message: string): string {
  return message
    .replace(/with revision \S*/g, 'with revision <commit>')
    .replace(/read [^:]*: is a directory/g, 'read <path>: is a directory');
}
