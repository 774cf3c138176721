import type { ManifestDocument } from '../documents/document.ts';
import type { Generation } from '../generate/generation.ts';
import { isObject, type Json, pointer } from '../text/json.ts';
import { exampleText, valueAt } from './parameters.ts';

export interface Hint {
  /** Offset in the file, behind the value. */
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
}

/** The first result behind each templated string of a set's template, where it stands on one line. */
export function hintsOf(document: ManifestDocument, generation: Generation): readonly Hint[] {
  const whole = generation.applications.filter(it => it.partial !== true);
  const first = whole[0];
  if (!first) return [];
  const total = generation.applications.length;
  return templated(document.value).flatMap(path => {
    const result = valueAt(first.application, path.slice(2).map(String));
    const span = document.spanOf(pointer(path), 'value');
    if (typeof result !== 'string' || result === '' || result.includes('\n') || !span) return [];
    const others = new Set(whole.slice(0, 200).map(it => valueAt(it.application, path.slice(2).map(String)))).size - 1;
    const tooltip =
      others === 0
        ? total === 1
          ? 'The value in the one Application'
          : `The value in each of ${total} Applications`
        : `The value in the first of ${total} Applications; hover the template for more`;
    return [{ offset: span.end, label: `→ ${exampleText(result)}`, tooltip }];
  });
}

/** Paths of strings with a tag below `spec.template`. */
function templated(value: Json): readonly (readonly (string | number)[])[] {
  const found: (string | number)[][] = [];
  const walk = (it: Json | undefined, at: (string | number)[]): void => {
    if (typeof it === 'string' && it.includes('{{')) found.push(at);
    const entries = Array.isArray(it) ? it.entries() : isObject(it) ? Object.entries(it) : [];
    for (const [key, child] of entries) walk(child as Json, [...at, key]);
  };
  walk(valueAt(value, ['spec', 'template']), ['spec', 'template']);
  return found;
}
