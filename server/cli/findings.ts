import type { Finding, Severity } from '../core/text/finding.ts';
import type { Lines } from '../core/text/lines.ts';
import type { Range } from '../core/text/span.ts';

/** A finding as every printer gets it, and as JSON has it: a stable shape. */
export interface PrintedFinding {
  readonly file: string;
  /** Zero-based. */
  readonly document: number;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** JSON pointer into the document. */
  readonly path: string;
  /** Zero-based lines and UTF-16 characters. */
  readonly range: Range;
}

export function printed(finding: Finding, file: string, lines: Lines): PrintedFinding {
  const { document, code, severity, message, path, span } = finding;
  return { file, document, code, severity, message, path, range: lines.rangeOf(span) };
}

export interface Report {
  readonly findings: readonly PrintedFinding[];
  readonly summary: Summary;
}

export interface Summary {
  readonly files: number;
  readonly documents: number;
  readonly errors: number;
  readonly warnings: number;
}

export function reportOf(findings: readonly PrintedFinding[], files: number, documents: number): Report {
  const count = (severity: Severity) => findings.filter(it => it.severity === severity).length;
  return { findings, summary: { files, documents, errors: count('error'), warnings: count('warning') } };
}
