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
  { code: 'duplicate-key', severity: 'warning', title: 'A key stands twice in one map' },
  { code: 'unquoted-template', severity: 'error', title: 'A template is not quoted and is read as a map' },
  { code: 'unknown-annotation', severity: 'warning', title: 'An annotation that Argo CD does not read' },
  { code: 'invalid-annotation', severity: 'warning', title: 'An annotation value that Argo CD ignores' },
  { code: 'unknown-sync-option', severity: 'warning', title: 'A sync option that Argo CD does not know' },
  { code: 'unused-ignore', severity: 'hint', title: 'An ignore comment that silences nothing' },
];

export function defaultSeverity(code: string): Severity {
  return codes.find(it => it.code === code)?.severity ?? 'warning';
}
