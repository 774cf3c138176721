import type { Problem } from '../text/finding.ts';
import { isObject, type JsonObject } from '../text/json.ts';
import type { Catalog } from './catalog.ts';
import { validateSchema } from './validate.ts';

/** What `CheckContext.schemaProblems` asks for: nothing is said of a kind that the catalogue does not know. */
export function schemaProblemsIn(
  catalog: Catalog,
): (apiVersion: string, kind: string, value: JsonObject) => readonly Problem[] {
  return (apiVersion, kind, value) => {
    const schema = catalog.schemaFor(apiVersion, kind);
    if (!schema) return [];
    const problems = validateSchema(value, schema);
    return isNameless(value) ? [...problems, nameless(kind)] : problems;
  };
}

/** No schema says so, but the API server demands it of every object: kubernetes/apimachinery:pkg/api/validation/objectmeta.go. */
function isNameless({ metadata }: JsonObject): boolean {
  if (metadata === undefined || metadata === null) return true;
  if (!isObject(metadata)) return false;
  return isUnset(metadata.name) && isUnset(metadata.generateName);
}

const isUnset = (value: unknown): boolean => value === undefined || value === null || value === '';

function nameless(kind: string): Problem {
  return {
    code: 'missing-field',
    path: '/metadata/name',
    part: 'key',
    message: `This ${kind} has no name. Set metadata.name; the API server refuses the object without it.`,
  };
}
