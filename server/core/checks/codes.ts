import type { Severity } from '../text/finding.ts';

export interface Code {
  readonly code: string;
  readonly severity: Severity;
  /** One line for lists, SARIF and the head of docs/rules/<code>.md. */
  readonly title: string;
}

/** Every code that can be reported, with its severity unless a setting says otherwise. Codes are never renamed. */
export const codes: readonly Code[] = [
  { code: 'yaml-syntax', severity: 'error', title: 'The text is not YAML' },
  { code: 'yaml-alias', severity: 'error', title: 'Anchors contain themselves or grow without bound' },
  { code: 'file-skipped', severity: 'info', title: 'A file that is too large, too deep or no text' },
  { code: 'duplicate-key', severity: 'warning', title: 'A key stands twice in one map' },
  { code: 'unquoted-template', severity: 'error', title: 'A template is not quoted and is read as a map' },
  { code: 'unknown-field', severity: 'warning', title: 'A field that the kind does not have' },
  { code: 'wrong-type', severity: 'error', title: 'A value of another type than the field takes' },
  { code: 'missing-field', severity: 'error', title: 'A field without which the object is refused' },
  { code: 'invalid-value', severity: 'error', title: 'A value outside the choices or limits of its field' },
  { code: 'invalid-pattern', severity: 'error', title: 'A text that has not the form its field demands' },
  { code: 'unknown-annotation', severity: 'warning', title: 'An annotation that Argo CD does not read' },
  { code: 'invalid-annotation', severity: 'warning', title: 'An annotation value that Argo CD ignores' },
  { code: 'unknown-sync-option', severity: 'warning', title: 'A sync option that Argo CD does not know' },
  { code: 'applicationset-unreadable', severity: 'error', title: 'An ApplicationSet that cannot be decoded' },
  { code: 'generator-shape', severity: 'error', title: 'Generators that do not fit together' },
  { code: 'generator-failed', severity: 'error', title: 'A generator that fails' },
  { code: 'selector-invalid', severity: 'error', title: 'A selector that cannot be read' },
  { code: 'merge-keys', severity: 'error', title: 'Parameter sets that the merge keys do not tell apart' },
  { code: 'git-unavailable', severity: 'error', title: 'A repository that a git generator cannot read' },
  { code: 'go-template-options', severity: 'error', title: 'An option that Go templates do not have' },
  { code: 'template-syntax', severity: 'error', title: 'A template that cannot be parsed' },
  { code: 'template-execution', severity: 'error', title: 'A template that fails for a parameter set' },
  { code: 'template-stopped', severity: 'error', title: 'A template that does not come to an end' },
  { code: 'other-template-mode', severity: 'error', title: 'An expression of the other template mode' },
  { code: 'unknown-parameter', severity: 'warning', title: 'A parameter that no or not every generator produces' },
  { code: 'template-patch', severity: 'error', title: 'A templatePatch that cannot be applied' },
  { code: 'unrecognized-generator', severity: 'warning', title: 'A generator that Argo CD does not know' },
  { code: 'git-pattern', severity: 'warning', title: 'A directory pattern that can match nothing' },
  { code: 'ignored-template', severity: 'warning', title: 'A template that Argo CD does not look at' },
  { code: 'empty-result', severity: 'info', title: 'A generator that gives nothing' },
  { code: 'invalid-application-name', severity: 'warning', title: 'A generated name that the API server refuses' },
  { code: 'missing-application-name', severity: 'error', title: 'A generated Application without a name' },
  { code: 'duplicate-application-name', severity: 'error', title: 'Generated Applications of one name' },
  { code: 'duplicate-application', severity: 'warning', title: 'An Application that is also made elsewhere' },
  { code: 'unknown-project', severity: 'error', title: 'A project that does not exist' },
  { code: 'invalid-destination', severity: 'error', title: 'A destination that Argo CD refuses' },
  { code: 'incomplete-source', severity: 'error', title: 'A source that lacks what Argo CD needs' },
  { code: 'several-sources', severity: 'warning', title: 'Sources that Argo CD ignores' },
  { code: 'several-tools', severity: 'error', title: 'A source for more than one tool' },
  { code: 'invalid-ref', severity: 'error', title: 'A source ref that Argo CD refuses' },
  { code: 'unknown-ref', severity: 'warning', title: 'A value file of a source that does not exist' },
  { code: 'duplicate-source-name', severity: 'warning', title: 'Two sources of one name' },
  { code: 'unknown-cluster', severity: 'warning', title: 'A cluster that the workspace does not know' },
  { code: 'not-permitted', severity: 'error', title: 'Something that the project does not let in' },
  { code: 'unused-namespace-metadata', severity: 'warning', title: 'Namespace metadata that does nothing' },
  { code: 'invalid-retry', severity: 'error', title: 'A retry duration that Argo CD cannot read' },
  { code: 'invalid-history-limit', severity: 'error', title: 'A negative number of revisions to keep' },
  { code: 'empty-ignore-difference', severity: 'warning', title: 'An entry of ignoreDifferences that ignores nothing' },
  { code: 'invalid-json-pointer', severity: 'warning', title: 'A JSON pointer that points nowhere' },
  { code: 'invalid-project', severity: 'error', title: 'A project that Argo CD refuses' },
  { code: 'invalid-project-policy', severity: 'error', title: 'A policy of a project role that Argo CD refuses' },
  { code: 'invalid-sync-window', severity: 'error', title: 'A sync window that Argo CD refuses' },
  { code: 'deny-only-sources', severity: 'info', title: 'A project that lets in every repository but some' },
  { code: 'rollout-unreadable', severity: 'error', title: 'The Rollouts controller cannot read the object' },
  { code: 'rollout-spec', severity: 'error', title: 'A field of a Rollout that its controller refuses' },
  { code: 'rollout-selector', severity: 'error', title: 'A selector of a Rollout that its controller refuses' },
  { code: 'rollout-template', severity: 'error', title: 'A pod template of a Rollout that its controller refuses' },
  { code: 'rollout-strategy', severity: 'error', title: 'A strategy that the Rollouts controller refuses' },
  { code: 'rollout-step', severity: 'error', title: 'A canary step that the Rollouts controller refuses' },
  { code: 'rollout-traffic-routing', severity: 'error', title: 'Traffic routing that the Rollouts controller refuses' },
  { code: 'analysis-metric', severity: 'error', title: 'A metric that the Rollouts controller refuses' },
  { code: 'analysis-argument', severity: 'error', title: 'Arguments of an analysis that do not fit together' },
  { code: 'analysis-condition', severity: 'error', title: 'A condition of a metric that does not compile' },
  { code: 'unused-ignore', severity: 'hint', title: 'An ignore comment that silences nothing' },
];

export function defaultSeverity(code: string): Severity {
  return codes.find(it => it.code === code)?.severity ?? 'warning';
}

/** The documentation of a code, for links in editors and reports. */
export function pageOf(code: string): string {
  return `https://github.com/gitops-workbench/gitops-workbench/blob/main/docs/rules/${code}.md`;
}
