import type { Problem } from '../../text/finding.ts';
import { parseFastTemplate } from '../templates/fast.ts';
import type { Inspection } from './inspection.ts';
import { templateTexts } from './texts.ts';

/** Expressions of the other template mode. In Go templates they are syntax errors, which say so themselves; here they silently stay. */
export const modes: Inspection = {
  name: 'modes',
  summary: 'Expressions fit the template mode of the set',
  inspect(what) {
    if (what.context.set.goTemplate) return [];
    return templateTexts(what).flatMap(({ text, path, part, sets }) =>
      parseFastTemplate(text).flatMap(({ tag, whole, span }): readonly Problem[] => {
        if (!looksLikeGo(tag)) return [];
        const name = tag.replace(/^\./, '');
        const simple = /^\.[\w.-]+$/.test(tag) && sets.some(({ params }) => typeof params[name] === 'string');
        return [
          {
            code: 'other-template-mode',
            severity: 'warning',
            message: `${text.slice(whole.start, whole.end)} is a Go template, but the set has no goTemplate: true, so it stays as it is. ${
              simple ? `Write {{${name}}}, or set goTemplate: true` : 'Set goTemplate: true'
            }.`,
            path,
            part,
            ...(part === 'value' ? { within: whole } : {}),
            fixes: [
              { title: 'Set goTemplate: true', changes: [{ kind: 'set', path: '/spec/goTemplate', value: true }] },
              ...(simple && part === 'value'
                ? [
                    {
                      title: `Write {{${name}}}`,
                      changes: [{ kind: 'replaceWithin' as const, path, within: span, text: name }],
                    },
                  ]
                : []),
            ],
          },
        ];
      }),
    );
  },
};

/** `.name`, `index .x 1`, `if …`, a pipe. A name alone is a parameter. */
function looksLikeGo(tag: string): boolean {
  if (/^\.[A-Za-z_]/.test(tag)) return true;
  return /^(-\s|if\b|else\b|end$|range\b|with\b|index\b|\/\*)/.test(tag) || /(^|\s)\.[A-Za-z_].*\||\|\s*\w+/.test(tag);
}
