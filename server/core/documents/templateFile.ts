import { parseAllDocuments } from 'yaml';
import { isNestedTooDeeply } from './nesting.ts';
import { manifestOptions } from './scalars.ts';

/**
 * Tells files that *make* manifests (a chart's templates, Jinja, gomplate) from manifests. Such a file is not YAML yet, so every finding
 * on it would be false. The braces of an ApplicationSet stand inside quotes or block scalars; those of a template stand in the structure.
 */
export function isTemplateOfSomethingElse(file: string, text: string): boolean {
  if (templateEnding.test(file)) return true;
  if (!text.includes('{{') && !text.includes('{%')) return false;
  const inTemplatesFolder = /(^|[\\/])templates[\\/]/.test(file);
  const hasOwnTemplates = hasTemplatesOfItsOwn(text);
  let mayBe = false;
  for (const { line, inBlockScalar } of structuralLines(text)) {
    if (!line.includes('{{') && !line.includes('{%')) continue;
    if (inTemplatesFolder && (helmObject.test(line) || escaped.test(line))) return true;
    if (inBlockScalar) continue;
    if (helmObject.test(line)) return true;
    const bare = withoutQuotedAndComments(line);
    if (/\{%-?\s/.test(bare) || /\{\{-?\s*`/.test(bare)) return true;
    if (inTemplatesFolder && bare.includes('{{')) return true;
    if (!hasOwnTemplates && beforeTemplate.test(line)) return true;
    mayBe ||= controlLine.test(bare);
  }
  // A line of a quoted text may look like one of these, too; then the text is YAML all the same.
  return mayBe && !isNestedTooDeeply(text) && parseAllDocuments(text, manifestOptions).some(it => it.errors.length > 0);
}

const templateEnding =
  /\.(j2|jinja2?|tpl|tmpl|gotmpl|erb|mustache|hbs)(\.ya?ml)?$|\.ya?ml\.(j2|jinja2?|tpl|tmpl|gotmpl|erb)$/i;
const helmObject = /\{\{[^}]*(\.(Values|Release|Chart|Capabilities|Subcharts|Files)\b|\b(include|tpl)\s+["$(.])/;
/** How a chart writes braces that it does not mean itself. */
const escaped = /\{\{-?\s*(`|"\{\{|'\{\{)/;
const controlLine =
  /^\s*\{\{-?\s*(\/\*|(if|range|with|end|else|define|block|template|include|tpl|toYaml|break|continue)\b|\$\w+\s*:?=)/;

export interface StructuralLine {
  readonly line: string;
  readonly start: number;
  readonly inBlockScalar: boolean;
}

/** Lines with whether they belong to a literal or folded scalar, judged by indentation: exact for well-formed text, good enough for the rest. */
export function* structuralLines(text: string): Iterable<StructuralLine> {
  let scalarParent = -1;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, text.charCodeAt(end - 1) === 13 ? Math.max(start, end - 1) : end);
    const indent = line.search(/\S/);
    if (scalarParent >= 0 && (indent === -1 || indent > scalarParent)) {
      yield { line, start, inBlockScalar: true };
    } else {
      yield { line, start, inBlockScalar: false };
      scalarParent = blockHeader.test(line) ? parentIndent(line, indent) : -1;
    }
    start = end + 1;
  }
}

const blockHeader = /(?:^|[:\-?]\s+|\s[!&]\S+\s+)[|>][-+0-9]*\s*(?:#.*)?$/;

/** In `- a: |` the scalar belongs to a key that stands two columns in. */
function parentIndent(line: string, indent: number): number {
  const dashes = /^\s*((?:-\s+)+)\S[^:]*:\s/.exec(line);
  return dashes?.[1] ? indent + dashes[1].length : indent;
}

function withoutQuotedAndComments(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, '""').replace(/(^|\s)#.*$/, '');
}

/** The kinds that have templates of their own; in all others braces belong to a tool that makes the file. */
export function hasTemplatesOfItsOwn(text: string): boolean {
  return /^["']?kind["']?:[ \t]+["']?(ApplicationSet|AnalysisTemplate|ClusterAnalysisTemplate)\b/m.test(text);
}

/** `key: `, `- ` or both, with `{{` next. */
export const beforeTemplate =
  /^\s*(?:-\s+)*(?:"[^"]*":\s+|'[^']*':\s+|[^\s#"'{[\]}&*!|>%@`-][^#"'{[]*?:\s+|(?<=-\s+))(?=\{\{)/;
