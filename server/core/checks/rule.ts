import type { ManifestDocument, SourceFile } from '../documents/document.ts';
import type { Facts, Missing } from '../facts/facts.ts';
import type { Generation } from '../generate/generation.ts';
import type { OwnKind } from '../model/ours.ts';
import type { Problem, Severity } from '../text/finding.ts';
import type { JsonObject } from '../text/json.ts';

/** One check of one idea. A rule sees one document and says what is wrong with it; it knows no offsets and no editor. */
export interface Rule {
  readonly name: string;
  readonly summary: string;
  /** Every code that `check` can report; each is in `codes.ts` and has a page in docs/rules. */
  readonly codes: readonly string[];
  readonly applies: (kind: OwnKind) => boolean;
  /** Has something to say of a patch, too, which holds only a part of its object. Others look at whole objects. */
  readonly judgesPatches?: true;
  /** The answer depends on the document's text alone, not on its file or the context: it is kept until that text changes. */
  readonly local?: true;
  readonly check: (subject: Subject, context: CheckContext) => RuleResult;
}

export interface Subject {
  readonly file: SourceFile;
  readonly document: ManifestDocument;
  readonly kind: OwnKind;
  readonly value: JsonObject;
}

export interface RuleResult {
  readonly problems: readonly Problem[];
  /** Facts that would change the answer. */
  readonly missing?: readonly Missing[];
}

export interface CheckContext {
  readonly facts: Facts;
  readonly settings: CheckSettings;
  /** Argo CD's version to check against, such as `3.6`. */
  readonly argoVersion: string;
  /** What is known of the other files; absent on the command line's standard input. */
  readonly workspace?: WorkspaceKnowledge;
  /** The schema of a kind, where one is known; a missing schema never makes a finding. */
  readonly schemaProblems?: (apiVersion: string, kind: string, value: JsonObject) => readonly Problem[];
  /** What a set generates now; memoised by the caller, so that rules and previews share one answer. */
  readonly generation?: (document: ManifestDocument) => Generation | undefined;
}

export interface CheckSettings {
  /** `off` or a severity per code. */
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
}

/** Cross-file knowledge. Every list may hold objects of the file that is being checked; `file` and `document` tell. */
export interface WorkspaceKnowledge {
  /** Applications that are written by hand or generated, by `namespace/name`. */
  applicationsNamed(namespace: string, name: string): readonly KnownApplication[];
  /** A kustomization lays this file over others. */
  isPatch?(file: string): boolean;
}

export interface KnownApplication {
  readonly file: string;
  readonly document: number;
  /** The ApplicationSet it comes from, where it is generated. */
  readonly generatedBy?: string;
}
