import { type AnnotationValue, annotationNamed, annotations, harmlessOptions } from '../../model/annotations.ts';
import { objectAt } from '../../model/fields.ts';
import type { Problem } from '../../text/finding.ts';
import { pointer } from '../../text/json.ts';
import { suggest } from '../../text/suggest.ts';
import type { Rule } from '../rule.ts';

const prefix = 'argocd.argoproj.io/';

/** Annotations of any Kubernetes object that Argo CD would read otherwise than they are meant, or not at all. */
export const annotation: Rule = {
  name: 'annotation',
  summary: 'An annotation that Argo CD does not read, or reads otherwise than it is meant',
  codes: ['unknown-annotation', 'invalid-annotation'],
  local: true,
  applies: () => true,
  judgesPatches: true,
  check: ({ value }) => {
    const found = objectAt(value, 'metadata', 'annotations');
    const problems = Object.entries(found).flatMap(([name, text]) => {
      if (!name.startsWith(prefix)) return [];
      const path = pointer(['metadata', 'annotations', name]);
      const known = annotationNamed(name);
      if (!known) return unknownName(name, path);
      if (typeof text !== 'string' || text.includes('{{')) return [];
      return problemsOf(text, known.value, name, path);
    });
    return { problems };
  },
};

/** Only a near miss is told: other tools have annotations under this prefix, too. */
function unknownName(name: string, path: string): readonly Problem[] {
  const near = suggest(
    name.slice(prefix.length),
    annotations.map(it => it.name.slice(prefix.length)),
  );
  if (near === undefined) return [];
  const meant = prefix + near;
  return [
    {
      code: 'unknown-annotation',
      path,
      part: 'key',
      message: `Argo CD reads no annotation "${name}". Did you mean "${meant}"?`,
      fixes: [{ title: `Change to ${meant}`, preferred: true, changes: [{ kind: 'renameKey', path, to: meant }] }],
    },
  ];
}

function problemsOf(text: string, value: AnnotationValue, name: string, path: string): readonly Problem[] {
  switch (value.kind) {
    case 'integer':
      // gitops-engine/pkg/sync/syncwaves/waves.go: strconv.Atoi; what it cannot read counts as no wave.
      if (/^[+-]?\d+$/.test(text)) return [];
      return [
        {
          code: 'invalid-annotation',
          path,
          message: `"${text}" is no whole number, so Argo CD takes wave 0. Write a number in quotes, such as "1".`,
        },
      ];
    case 'boolean':
      if (text === 'true' || text === 'false') return [];
      return [invalid(text, ['true', 'false'], path, { start: 0, end: text.length })];
    case 'one':
      return value.of.includes(text) ? [] : [invalid(text, value.of, path, { start: 0, end: text.length })];
    case 'list':
      return itemsOf(text).flatMap(it =>
        isFine(it.text, value.of, name) ? [] : [invalid(it.text, value.of, path, it)],
      );
    case 'text':
      return [];
  }
}

function isFine(item: string, known: readonly string[], name: string): boolean {
  if (item === '' || known.includes(item)) return true;
  return name.endsWith('options') && harmlessOptions.has(item);
}

function itemsOf(text: string): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  let at = 0;
  return text.split(',').map(part => {
    const start = at + (part.length - part.trimStart().length);
    at += part.length + 1;
    return { text: part.trim(), start, end: start + part.trim().length };
  });
}

function invalid(
  item: string,
  known: readonly string[],
  path: string,
  within: { start: number; end: number },
): Problem {
  const meant = suggest(item, known);
  const help = meant === undefined ? `It knows ${known.join(', ')}.` : `Did you mean "${meant}"?`;
  return {
    code: 'invalid-annotation',
    path,
    within: { start: within.start, end: within.end },
    message: `Argo CD does not know "${item}" here and ignores it. ${help}`,
    ...(meant !== undefined && {
      fixes: [
        {
          title: `Change to ${meant}`,
          preferred: true,
          changes: [{ kind: 'replaceWithin', path, within: { start: within.start, end: within.end }, text: meant }],
        },
      ],
    }),
  };
}
