/**
 * Tells files that *make* manifests (a chart's templates, Jinja, gomplate) from manifests. Such a file is not YAML yet, so every finding
 * on it would be false. The braces of an ApplicationSet stand inside quotes or block scalars; those of a template stand in the structure.
 */
export function isTemplateOfSomethingElse(file: string, text: string): boolean {
  if (templateEnding.test(file)) return true;
  if (!text.includes('{{') && !text.includes('{%')) return false;
  const inTemplatesFolder = /(^|[\\/])templates[\\/]/.test(file);
  for (const { line, inBlockScalar } of structuralLines(text)) {
    if (!line.includes('{{') && !line.includes('{%')) continue;
    if (inBlockScalar) {
      if (inTemplatesFolder && helmObject.test(line)) return true;
      continue;
    }
    if (helmObject.test(line)) return true;
    const bare = withoutQuotedAndComments(line);
    if (/\{%-?\s/.test(bare) || controlLine.test(bare) || /\{\{-?\s*`/.test(bare)) return true;
    if (inTemplatesFolder && bare.includes('{{')) return true;
  }
  return false;
}

const templateEnding =
  /\.(j2|jinja2?|tpl|tmpl|gotmpl|erb|mustache|hbs)(\.ya?ml)?$|\.ya?ml\.(j2|jinja2?|tpl|tmpl|gotmpl|erb)$/i;
const helmObject = /\{\{[^}]*(\.(Values|Release|Chart|Capabilities|Subcharts|Files)\b|\b(include|tpl)\s+["$(.])/;
const controlLine =
  /^\s*\{\{-?\s*(\/\*|(if|range|with|end|else|define|block|template|include|tpl|toYaml|break|continue)\b|\$\w+\s*:?=)/;

/** Lines with whether they belong to a literal or folded scalar, judged by indentation: exact for well-formed text, good enough for the rest. */
export function* structuralLines(text: string): Iterable<{ readonly line: string; readonly inBlockScalar: boolean }> {
  let scalarParent = -1;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const indent = line.search(/\S/);
    if (scalarParent >= 0 && (indent === -1 || indent > scalarParent)) {
      yield { line, inBlockScalar: true };
      continue;
    }
    scalarParent = -1;
    yield { line, inBlockScalar: false };
    if (blockHeader.test(line)) scalarParent = parentIndent(line, indent);
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
