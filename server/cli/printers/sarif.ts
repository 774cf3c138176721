import { codes, pageOf } from '../../core/checks/codes.ts';
import type { Severity } from '../../core/text/finding.ts';
import type { PrintedFinding } from '../findings.ts';
import type { Printer } from './printer.ts';

/** SARIF 2.1.0, for code scanning services. Columns count UTF-16 units, as `columnKind` says. */
export const sarif: Printer = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning',
  print: ({ findings }) => {
    const used = [...new Set(findings.map(it => it.code))].sort();
    const driver = { name: 'gitops-workbench', rules: used.map(rule) };
    const results = findings.map(it => result(it, used.indexOf(it.code)));
    const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
    return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, undefined, 2)}\n`;
  },
};

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

function rule(id: string) {
  const known = codes.find(it => it.code === id);
  return {
    id,
    shortDescription: { text: known?.title ?? id },
    helpUri: pageOf(id),
    defaultConfiguration: { level: levels[known?.severity ?? 'warning'] },
  };
}

function result({ file, document, code, severity, message, path, range }: PrintedFinding, ruleIndex: number) {
  const region = {
    startLine: range.start.line + 1,
    startColumn: range.start.character + 1,
    endLine: range.end.line + 1,
    endColumn: range.end.character + 1,
  };
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } }],
    properties: { document, path },
  };
}

/** Relative paths stay relative, so that a service finds the file in its checkout. */
function uriOf(file: string): string {
  const encoded = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${encoded}` : encoded;
}
