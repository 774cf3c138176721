import { annotationNamed } from '../model/annotations.ts';
import { exampleText, type ParameterScope, valuesOf } from './parameters.ts';

const listed = 5;

/** Markdown for an expression: the values it takes, the first few with how often, and how many have none. */
export function expressionHover(expression: string, scope: ParameterScope): string | undefined {
  const { sets, goTemplate } = scope;
  if (sets.length === 0) return '*No parameters are known for this template yet.*';
  if (goTemplate && !/^\$?\.[\w.]*$/.test(expression)) return undefined;
  return valuesHover(expression, valuesOf(expression, scope).map(exampleText));
}

/** The same for texts that were rendered elsewhere (pipelines). */
export function valuesHover(expression: string, values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const lines = [...counts]
    .slice(0, listed)
    .map(([value, times]) => `- \`${value.replaceAll('`', 'ˋ')}\`${times > 1 ? ` × ${times}` : ''}`);
  const rest = counts.size - lines.length;
  const head = `\`${expression.replaceAll('`', 'ˋ')}\` takes ${counts.size === 1 ? 'one value' : `${counts.size} values`} over ${values.length} ${values.length === 1 ? 'Application' : 'parameter sets'}:`;
  return [head, '', ...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}

export function annotationHover(name: string): string | undefined {
  const known = annotationNamed(name);
  if (!known) return undefined;
  const { value } = known;
  const values =
    value.kind === 'list'
      ? `Comma-separated: ${value.of.map(it => `\`${it}\``).join(', ')}.`
      : value.kind === 'one'
        ? `One of ${value.of.map(it => `\`${it}\``).join(', ')}.`
        : value.kind === 'integer'
          ? 'A whole number in quotes.'
          : value.kind === 'boolean'
            ? '`"true"` or `"false"`.'
            : '';
  return `**${name}**\n\n${known.summary}${values === '' ? '' : `\n\n${values}`}`;
}
