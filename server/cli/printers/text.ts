import type { PrintedFinding } from '../findings.ts';
import type { Printer } from './printer.ts';

/** One line per finding, one-based as editors and compilers count, and a line that sums up. */
export const text: Printer = {
  name: 'text',
  summary: 'for people',
  print: ({ findings, summary }) => {
    const { files, documents, errors, warnings } = summary;
    const sum = `${plural(files, 'file')}, ${plural(documents, 'document')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
    return `${[...findings.map(line), sum].join('\n')}\n`;
  },
};

export function line({ file, range, severity, code, message }: PrintedFinding): string {
  const indented = message.replaceAll('\n', '\n    ');
  return `${file}:${range.start.line + 1}:${range.start.character + 1}: ${severity} ${code}: ${indented}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
