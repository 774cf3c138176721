import type { Span } from '../../text/span.ts';

/** A tag of a template with `goTemplate: false`. */
export interface FastTag {
  /** The parameter's name, trimmed; `''` in `{{}}`, which stays as it is. */
  readonly tag: string;
  /** Of the name; of the space between the braces where there is no name. */
  readonly span: Span;
  /** With its braces. */
  readonly whole: Span;
}

/**
 * The tags that Argo CD replaces: only in a text with a whole `{{…}}` on one line (argo-cd:applicationset/utils/utils.go); then every
 * `{{` counts, also one whose `}}` stands lines below.
 */
export function parseFastTemplate(text: string): readonly FastTag[] {
  if (!/\{\{.*\}\}/.test(text)) return [];
  const tags: FastTag[] = [];
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const end = text.indexOf('}}', start + 2);
    if (end < 0) break;
    const inside = text.slice(start + 2, end);
    const tag = inside.trim();
    const from = start + 2 + (tag === '' ? 0 : inside.indexOf(tag));
    tags.push({
      tag,
      span: { start: from, end: tag === '' ? end : from + tag.length },
      whole: { start, end: end + 2 },
    });
    start = text.indexOf('{{', end + 2);
  }
  return tags;
}

/** The `{{` that is never closed, an error where parseFastTemplate looks at the text at all. */
export function unclosedFastTag(text: string): Span | undefined {
  if (!/\{\{.*\}\}/.test(text)) return undefined;
  const last = parseFastTemplate(text).at(-1)?.whole.end ?? 0;
  const open = text.indexOf('{{', last);
  return open < 0 ? undefined : { start: open, end: text.length };
}
