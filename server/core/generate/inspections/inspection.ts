import type { Problem } from '../../text/finding.ts';
import type { Context } from '../context.ts';
import type { GeneratedApplication } from '../generation.ts';
import type { EntryResult } from '../memory.ts';

/** What is looked at when a set has been generated. */
export interface Inspected {
  readonly context: Context;
  readonly results: readonly EntryResult[];
  readonly applications: readonly GeneratedApplication[];
  /** Argo CD drops everything; only what does not depend on the Applications is worth saying. */
  readonly refused: boolean;
  /** Nothing is missing or unknowable, so absence means something. */
  readonly complete: boolean;
}

/** Advice that Argo CD does not give: one file, one record, one line in `index.ts`. */
export interface Inspection {
  readonly name: string;
  readonly summary: string;
  inspect(what: Inspected): readonly Problem[];
}
