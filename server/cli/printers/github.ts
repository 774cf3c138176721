import type { Severity } from '../../core/text/finding.ts';
import type { PrintedFinding } from '../findings.ts';
import type { Printer } from './printer.ts';

/** Workflow commands that GitHub Actions turns into annotations: one-based, `%`, line ends and, in properties, `:` and `,` escaped. */
export const github: Printer = {
  name: 'github',
  summary: 'annotations of GitHub Actions',
  print: ({ findings }) => findings.map(it => `${command(it)}\n`).join(''),
};

const commands: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

function command({ file, range, severity, code, message }: PrintedFinding): string {
  const { start, end } = range;
  const properties = {
    file,
    line: start.line + 1,
    endLine: end.line + 1,
    // GitHub refuses columns of a range over several lines.
    ...(start.line === end.line ? { col: start.character + 1, endColumn: end.character + 1 } : {}),
    title: code,
  };
  const written = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${commands[severity]} ${written.join(',')}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
