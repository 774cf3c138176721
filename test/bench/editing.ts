/** From a keystroke to the findings of a file of 3,000 lines, against yaml-language-server alone on the same text with the same schemas. */
import { readFileSync } from 'node:fs';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { getLanguageService } from 'yaml-language-server';
import {
  type ResolvedSchema,
  UnresolvedSchema,
  YAMLSchemaService,
} from 'yaml-language-server/out/src/languageservice/services/yamlSchemaService.js';
import { checkFile } from '../../server/core/checks/check.ts';
import type { CheckContext } from '../../server/core/checks/rule.ts';
import { parseFile } from '../../server/core/documents/parse.ts';
import { catalogFrom } from '../../server/core/schema/catalog.ts';
import { jsonSchemaFor } from '../../server/core/schema/jsonSchema.ts';
import { schemaProblemsIn } from '../../server/core/schema/problems.ts';
import { manifests } from './manifests.ts';
import { compare, ms, report } from './measure.ts';

const root = process.argv[2] ?? '.';
const catalog = catalogFrom(JSON.parse(readFileSync(`${root}/dist/schemas.json`, 'utf8')));
const context: CheckContext = {
  facts: { get: () => undefined },
  settings: { severities: {} },
  argoVersion: '3.6',
  schemaProblems: schemaProblemsIn(catalog),
};

/** One letter more in a name in the middle of the file, a different one each time. */
function edits(text: string): (n: number) => string {
  const at = text.indexOf('name: ', text.length / 2) + 'name: '.length;
  return n => `${text.slice(0, at)}${'abcdefghij'.charAt(n % 10)}${n}${text.slice(at)}`;
}

const text = manifests(95);
const edited = edits(text);
let previous = parseFile('a.yaml', text);
let n = 0;
const ours = () => {
  previous = parseFile('a.yaml', edited(n++), { previous });
  return checkFile(previous, context).findings;
};

const resolved = new Map<string, ResolvedSchema>();
YAMLSchemaService.prototype.getSchemaForResource = async function (
  this: YAMLSchemaService,
  _uri: string,
  document: unknown,
) {
  const contents = (document as { internalDocument?: { contents?: { get?(key: string): unknown } } })?.internalDocument
    ?.contents;
  const [apiVersion, kind] = [String(contents?.get?.('apiVersion')), String(contents?.get?.('kind'))];
  const key = `${apiVersion}/${kind}`;
  const known = resolved.get(key);
  if (known) return known;
  const schema = jsonSchemaFor(catalog, apiVersion, kind);
  if (!schema) return null as unknown as ResolvedSchema;
  const made = await this.resolveSchemaContent(
    new UnresolvedSchema(structuredClone(schema) as never),
    `bench://${key}`,
    {} as never,
  );
  resolved.set(key, made);
  return made;
} as typeof YAMLSchemaService.prototype.getSchemaForResource;
const service = getLanguageService({
  schemaRequestService: async (uri: string) => Promise.reject(new Error(uri)),
  workspaceContext: { resolveRelativePath: (relative: string) => relative },
} as never);
service.configure({ validate: true, customTags: [], yamlVersion: '1.1', schemas: [] });
let m = 0;
const theirs = () => service.doValidation(TextDocument.create('file:///a.yaml', 'yaml', m, edited(m++)), false);

const { ours: own, theirs: their, ratio } = await compare(30, ours, theirs);
report(`Edit → findings: ${text.split('\n').length} lines, 95 documents`, [
  { what: 'ours, against yaml-language-server alone', value: ms(own), against: ms(their), ratio, aim: '≤ 1' },
]);
const cold = await compare(10, () => checkFile(parseFile('b.yaml', edited(n++)), context), theirs);
report('The same, every document parsed anew', [
  {
    what: 'ours, against yaml-language-server alone',
    value: ms(cold.ours),
    against: ms(cold.theirs),
    ratio: cold.ratio,
  },
]);
