import { annotationNamed } from '../model/annotations.ts';

/** Markdown for a key of `metadata.annotations`; `undefined` for annotations that are not Argo CD's. */
export function annotationHover(name: string): string | undefined {
  const known = annotationNamed(name);
  if (!known) return undefined;
  return [`**${name}**`, known.summary, ...valuesOf(known.value)].join('\n\n');
}

function valuesOf(value: NonNullable<ReturnType<typeof annotationNamed>>['value']): readonly string[] {
  const list = (of: readonly string[]) => of.map(it => `\`${it}\``).join(', ');
  switch (value.kind) {
    case 'list':
      return [`Comma-separated: ${list(value.of)}.`];
    case 'one':
      return [`One of ${list(value.of)}.`];
    case 'integer':
      return ['A whole number in quotes.'];
    case 'boolean':
      return ['`"true"` or `"false"`.'];
    case 'text':
      return [];
  }
}
