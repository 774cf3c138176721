import type { Problem } from '../../text/finding.ts';
import { isObject, type Json } from '../../text/json.ts';
import type { Span } from '../../text/span.ts';
import { suggest } from '../../text/suggest.ts';
import type { Produced } from '../context.ts';
import { nameOfSet } from '../describe.ts';
import type { Params } from '../params.ts';
import { parseFastTemplate } from '../templates/fast.ts';
import { parseGoTemplate } from '../templates/parse.ts';
import { fieldsIn } from '../templates/references.ts';
import type { Inspection } from './inspection.ts';
import { type TemplateText, templateTexts } from './texts.ts';

/**
 * Parameters that no generator, or not every one, produces. Argo CD says nothing: it prints `<no value>`, or leaves `{{tag}}` standing.
 * A use that the author has guarded (`if`, `default`, `hasKey`) is fine.
 */
export const parameters: Inspection = {
  name: 'parameters',
  summary: 'Templates use only parameters that the generators produce',
  inspect(what) {
    const { context, complete, refused } = what;
    if (!complete || refused) return [];
    const { goTemplate, goTemplateOptions } = context.set;
    // Under missingkey=error Argo CD refuses the set by itself, with its own words at this place.
    const strict = goTemplateOptions.includes('missingkey=error');
    return templateTexts(what).flatMap(text => (goTemplate ? goProblems(text, strict) : fastProblems(text)));
  },
};

function goProblems(text: TemplateText, strict: boolean): readonly Problem[] {
  if (text.sets.length === 0 || strict) return [];
  const parsed = parseGoTemplate(text.text);
  if (parsed.errors.length > 0) return [];
  const seen = new Set<string>();
  return fieldsIn(parsed).flatMap(({ path, span, guarded, lenient }): readonly Problem[] => {
    const name = path.join('.');
    if (guarded || lenient || path.length === 0 || seen.has(name)) return [];
    seen.add(name);
    const lacking = lackingSets(text.sets, path);
    return lacking.length === 0 ? [] : [problem(text, span, `.${name}`, lacking, 'It becomes <no value>')];
  });
}

function fastProblems(text: TemplateText): readonly Problem[] {
  if (text.sets.length === 0) return [];
  const seen = new Set<string>();
  return parseFastTemplate(text.text).flatMap(({ tag, span }): readonly Problem[] => {
    // What looks like a Go template is the other mode, which has its own message; blanks and quotes are templates of something else.
    if (!/^[\w[\]/-][\w.[\]/-]*$/.test(tag) || seen.has(tag)) return [];
    seen.add(tag);
    const lacking = text.sets.filter(({ params }) => typeof params[tag] !== 'string');
    return lacking.length === 0 ? [] : [problem(text, span, tag, lacking, `{{${tag}}} stays as it is`)];
  });
}

function problem(
  { path, part, sets }: TemplateText,
  within: Span,
  name: string,
  lacking: readonly Produced[],
  effect: string,
): Problem {
  const none = lacking.length === sets.length;
  const bare = name.replace(/^\./, '');
  const suggestion = none ? suggest(bare, Object.keys(sets[0]?.params ?? {})) : undefined;
  const who = none ? 'No generator produces' : `${lacking.length} of ${sets.length} parameter sets have no`;
  const which = none ? '' : ` (${lacking.slice(0, 3).map(nameOfSet).join(', ')}${lacking.length > 3 ? ', …' : ''})`;
  const hint = suggestion === undefined ? '' : ` Did you mean ${name.startsWith('.') ? '.' : ''}${suggestion}?`;
  return {
    code: 'unknown-parameter',
    severity: 'warning',
    message: `${who} parameter ${name}${which}. ${effect}.${hint}`,
    path,
    part,
    ...(part === 'value' ? { within } : {}),
    ...(suggestion === undefined || part === 'key' || bare.includes('.')
      ? {}
      : {
          fixes: [
            {
              title: `Use ${suggestion}`,
              changes: [
                { kind: 'replaceWithin', path, within, text: name.startsWith('.') ? `.${suggestion}` : suggestion },
              ],
            },
          ],
        }),
  };
}

/** Looked up anew each time: two property reads cost less than remembering their answer for ten thousand sets. */
function lackingSets(sets: readonly Produced[], path: readonly string[]): readonly Produced[] {
  return sets.filter(({ params }) => !has(params, path));
}

/** What cannot be told (a position in a list, something inside of a text) counts as there. */
function has(params: Params, path: readonly string[]): boolean {
  let value: Json | undefined = params;
  for (const name of path) {
    if (!isObject(value)) return true;
    if (!Object.hasOwn(value, name)) return false;
    value = value[name];
  }
  return true;
}
