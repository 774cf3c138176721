import type { Problem } from '../text/finding.ts';
import type { JsonObject } from '../text/json.ts';
import type { Catalog } from './catalog.ts';
import { validateSchema } from './validate.ts';

/** What `CheckContext.schemaProblems` asks for: nothing is said of a kind that the catalogue does not know. */
export function schemaProblemsIn(
  catalog: Catalog,
): (apiVersion: string, kind: string, value: JsonObject) => readonly Problem[] {
  return (apiVersion, kind, value) => {
    const schema = catalog.schemaFor(apiVersion, kind);
    return schema ? validateSchema(value, schema) : [];
  };
}
