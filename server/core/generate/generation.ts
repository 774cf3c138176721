import type { Missing } from '../facts/facts.ts';
import type { Problem } from '../text/finding.ts';
import type { JsonObject } from '../text/json.ts';

/** What one ApplicationSet generates, as far as it can be known now. */
export interface Generation {
  /** In Argo CD's order where that is fixed; else sorted by a rule of ours that breaks every tie. Empty when `refused`. */
  readonly applications: readonly GeneratedApplication[];
  /** The controller's error that drops every Application of the set (argo-semantics 1.1), also present in `problems`. */
  readonly refused?: string;
  /** Only when `refused`: what the generators made all the same, so that completion still works in a template that is half typed. */
  readonly parameters?: readonly JsonObject[];
  readonly problems: readonly Problem[];
  /** Facts that would change the answer; empty when the answer is complete. */
  readonly missing: readonly Missing[];
  /** What cannot be known offline, told where it matters. */
  readonly unknown: readonly Unknown[];
}

export interface GeneratedApplication {
  readonly application: JsonObject;
  readonly parameters: JsonObject;
  /** The controller's reason not to create or update this one; the others of the set go on. */
  readonly skipped?: string;
  /** Only the name is rendered, because it stands outside of the window that was asked for. */
  readonly partial?: boolean;
  /** Why it exists, outermost generator first. */
  readonly origin: readonly Origin[];
}

export interface Origin {
  /** `list`, `clusters`, `git`, `matrix`, … as written in the manifest. */
  readonly generator: string;
  /** JSON pointer of that generator in the ApplicationSet. */
  readonly path: string;
  /** The item it took, in words: `elements[2]`, `apps/guestbook`, `cluster prod-eu`. */
  readonly item?: string;
  /** JSON pointer of that item where it stands in the set itself (a list element). */
  readonly itemPath?: string;
  /** The file or directory of a repository, or the cluster Secret, that produced it. */
  readonly source?: OriginSource;
  /** `selector app=web`, `merged on server`, … */
  readonly note?: string;
}

export type OriginSource =
  | { readonly kind: 'file' | 'directory'; readonly repoURL: string; readonly revision: string; readonly path: string }
  | { readonly kind: 'cluster'; readonly namespace: string; readonly name: string };

export interface Unknown {
  /** Generator or thing that is not knowable: `scmProvider`, `repository`, `clusters`. */
  readonly kind: string;
  readonly of: string;
  readonly why: string;
  readonly path: string;
}
