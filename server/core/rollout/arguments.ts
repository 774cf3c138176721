import type { Span } from '../text/span.ts';

/** `{{args.name}}` in the texts of a metric (argo-rollouts:utils/template/template.go, valyala/fasttemplate). */
export interface Tag {
  /** Between the braces, as written. */
  readonly text: string;
  readonly span: Span;
}

/** `unclosed`: where a `{{` without `}}` begins. */
export function tagsIn(text: string): { readonly tags: readonly Tag[]; readonly unclosed?: number } {
  const tags: Tag[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('{{', from);
    if (start < 0) return { tags };
    const end = text.indexOf('}}', start + 2);
    if (end < 0) return { tags, unclosed: start };
    tags.push({ text: text.slice(start + 2, end), span: { start, end: end + 2 } });
    from = end + 2;
  }
}

/** Go's idea of white space around a tag. */
export function argumentName(tag: Tag): string {
  return tag.text.trim();
}

/** The text with its tags replaced; a tag without a value becomes nothing, as in the controller. */
export function resolveTags(text: string, values: ReadonlyMap<string, string>): string {
  const { tags } = tagsIn(text);
  let [result, from] = ['', 0];
  for (const tag of tags) {
    result += text.slice(from, tag.span.start) + (values.get(argumentName(tag)) ?? '');
    from = tag.span.end;
  }
  return result + text.slice(from);
}
