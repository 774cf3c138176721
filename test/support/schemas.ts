import { readFileSync } from 'node:fs';
import { type Catalog, catalogFrom } from '../../server/core/schema/catalog.ts';
import { schemaProblemsIn } from '../../server/core/schema/problems.ts';
import { generateSchemas } from '../../server/schemas/generate.mjs';
import { type CheckOptions, check } from './check.ts';

const source: unknown = JSON.parse(await generateSchemas());

/** The catalogue as it is built from the packages that are installed. */
export const catalogOf = (argoVersion = '3.6'): Catalog => catalogFrom(source, { argoVersion });

export const newest: Catalog = catalogOf();

export const schemaCodes: readonly string[] = [
  'unknown-field',
  'wrong-type',
  'missing-field',
  'invalid-value',
  'invalid-pattern',
];

/** A case that looks at schema findings alone. */
export function checkSchema(text: string, options: CheckOptions = {}): void {
  const catalog = options.argoVersion === undefined ? newest : catalogOf(options.argoVersion);
  check(text, { only: schemaCodes, schemaProblems: schemaProblemsIn(catalog), ...options });
}

export const fixture = (path: string): string => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');
