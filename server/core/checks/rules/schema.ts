import type { ManifestDocument } from '../../documents/document.ts';
import type { Problem } from '../../text/finding.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { isPatch } from '../patch.ts';
import type { CheckContext, Rule } from '../rule.ts';

/** Every document whose kind has a schema, held against it. */
export const schema: Rule = {
  name: 'schema',
  summary: 'What the API server would refuse or drop by the schema of the kind',
  codes: ['unknown-field', 'wrong-type', 'missing-field', 'invalid-value', 'invalid-pattern'],
  applies: () => true,
  judgesPatches: true,
  check: ({ file, document, value }, context) => {
    const { schemaProblems } = context;
    const { apiVersion, kind } = document;
    if (!schemaProblems || apiVersion === undefined || kind === undefined) return { problems: [] };
    const all = isList(value)
      ? value.items.flatMap((item, index) => problemsOfItem(item, `/items/${index}`, schemaProblems))
      : schemaProblems(apiVersion, kind, value);
    if (all.length === 0) return { problems: all };
    const part = document.broken || isPatch(file, document, context);
    const whole = part ? all.filter(it => it.code !== 'missing-field') : all;
    return { problems: whole.filter(it => beforeErrors(it, document)) };
  },
};

type SchemaProblems = NonNullable<CheckContext['schemaProblems']>;

/** `kind: List`, as `kubectl get -o yaml` prints several objects. */
function isList(value: JsonObject): value is JsonObject & { readonly items: readonly Json[] } {
  return value.apiVersion === 'v1' && value.kind === 'List' && Array.isArray(value.items);
}

function problemsOfItem(item: Json, at: string, schemaProblems: SchemaProblems): readonly Problem[] {
  if (!isObject(item) || typeof item.apiVersion !== 'string' || typeof item.kind !== 'string') return [];
  return schemaProblems(item.apiVersion, item.kind, item).map(problem => ({
    ...problem,
    path: at + problem.path,
    fixes: (problem.fixes ?? []).map(fix => ({
      ...fix,
      changes: fix.changes.map(change => ({ ...change, path: at + change.path })),
    })),
  }));
}

/** What stands after a syntax error is the parser's guess; what stands before it is what the author wrote. */
function beforeErrors(problem: Problem, document: ManifestDocument): boolean {
  const first = document.errors[0];
  const span = document.spanOf(problem.path, 'key') ?? document.spanOf(problem.path, 'value');
  return first === undefined || (span !== undefined && span.end <= first.span.start);
}
