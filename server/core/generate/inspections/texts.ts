import { isObject, type Json, pointer } from '../../text/json.ts';
import type { Produced } from '../context.ts';
import { isFailure } from '../problem.ts';
import type { Inspected } from './inspection.ts';

/** A templated string of the set and the parameter sets that it is rendered with. */
export interface TemplateText {
  readonly text: string;
  /** JSON pointer of the string, or of the entry whose key it is. */
  readonly path: string;
  readonly part: 'key' | 'value';
  readonly sets: readonly Produced[];
}

/** Every templated string of the templates and of templatePatch. A string that generators override is not rendered for their sets. */
export function templateTexts({ context, results }: Inspected): readonly TemplateText[] {
  const groups = results.flatMap(result => (isFailure(result) ? [] : result));
  const common: Produced[] = [];
  const texts: TemplateText[] = [];
  for (const { spec, path, outcome } of groups) {
    for (const set of outcome.sets) common.push(set);
    if (isObject(spec.template)) collect(spec.template, `${path}/template`, outcome.sets, texts);
  }
  collect(context.set.template, '/spec/template', common, texts, overridden(groups.map(({ spec }) => spec.template)));
  const patch = context.set.spec.templatePatch;
  if (typeof patch === 'string' && patch.includes('{{')) {
    texts.push({ text: patch, path: '/spec/templatePatch', part: 'value', sets: common });
  }
  return texts;
}

/** Paths that every generator's own template sets by itself. */
function overridden(templates: readonly (Json | undefined)[]): (path: readonly string[]) => boolean {
  return path => templates.length > 0 && templates.every(template => hasText(template, path));
}

function hasText(template: Json | undefined, path: readonly string[]): boolean {
  let at: Json | undefined = template;
  for (const name of path) at = isObject(at) ? at[name] : undefined;
  return typeof at === 'string' && at !== '';
}

function collect(
  value: Json,
  path: string,
  sets: readonly Produced[],
  texts: TemplateText[],
  skip: (path: readonly string[]) => boolean = () => false,
  inside: readonly string[] = [],
): void {
  if (typeof value === 'string') {
    if (value.includes('{{') && !skip(inside)) texts.push({ text: value, path, part: 'value', sets });
  } else if (Array.isArray(value)) {
    for (const [at, item] of (value as readonly Json[]).entries()) {
      collect(item, `${path}/${at}`, sets, texts, skip, [...inside, String(at)]);
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const place = `${path}${pointer([key])}`;
      if (key.includes('{{')) texts.push({ text: key, path: place, part: 'key', sets });
      collect(item, place, sets, texts, skip, [...inside, key]);
    }
  }
}
