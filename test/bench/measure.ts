import { performance } from 'node:perf_hooks';

/** Milliseconds of several runs of two things in turn, so that a noisy machine is noisy for both. */
export interface Compared {
  readonly ours: number;
  readonly theirs: number;
  /** Median of the ratios pair by pair. */
  readonly ratio: number;
}

export async function compare(runs: number, ours: () => unknown, theirs: () => unknown): Promise<Compared> {
  const pairs: (readonly [number, number])[] = [];
  // Two rounds to warm up both.
  for (let i = -2; i < runs; i++) {
    const pair = [await timed(ours), await timed(theirs)] as const;
    if (i >= 0) pairs.push(pair);
  }
  return {
    ours: median(pairs.map(it => it[0])),
    theirs: median(pairs.map(it => it[1])),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}

export async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export interface Row {
  readonly what: string;
  readonly value: string;
  readonly against?: string;
  readonly ratio?: number;
  readonly aim?: string;
}

/** One table per benchmark; `ratio` is ours by theirs. */
export function report(title: string, rows: readonly Row[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const { what, value, against, ratio, aim } of rows) {
    const parts = [
      value,
      against && `against ${against}`,
      ratio !== undefined && `ratio ${ratio.toFixed(2)}`,
      aim && `aim ${aim}`,
    ];
    process.stdout.write(`  ${what.padEnd(44)} ${parts.filter(Boolean).join(' · ')}\n`);
  }
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
