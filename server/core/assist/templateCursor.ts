import type { ManifestDocument, NodeAt } from '../documents/document.ts';
import { isObject } from '../text/json.ts';
import type { Span } from '../text/span.ts';

/** What the cursor is on inside a template: the expression between the braces and the word before the cursor. */
export interface TemplateCursor {
  /** Pointer of the scalar. */
  readonly path: string;
  /** Text between the braces, without trim marks and outer blanks. */
  readonly expression: string;
  /** Where the whole action stands in the decoded text, braces included; up to the end of the text while it is not closed. */
  readonly action: Span;
  /** What is typed before the cursor: `.path.ba`, `upp`, ``. */
  readonly word: string;
  /** Where that word stands in the decoded text, up to the cursor. */
  readonly typed: Span;
  readonly closed: boolean;
}

export function templateCursor(at: NodeAt): TemplateCursor | undefined {
  if (!at.scalar) return undefined;
  const { text, offset } = at.scalar;
  const open = text.lastIndexOf('{{', offset - 1);
  const close = open === -1 ? -1 : text.indexOf('}}', open + 2);
  if (open === -1 || offset <= open || (close !== -1 && offset >= close + 2)) return undefined;
  const end = close === -1 ? text.length : close;
  const expression = text
    .slice(open + 2, end)
    .replace(/^-(?=\s)|(?<=\s)-$/g, '')
    .trim();
  const before = text.slice(open + 2, Math.min(offset, end));
  const word = /[$\w.[\]]*$/.exec(before)?.[0] ?? '';
  return {
    path: at.path,
    expression,
    action: { start: open, end: close === -1 ? end : close + 2 },
    word,
    typed: { start: Math.min(offset, end) - word.length, end: Math.min(offset, end) },
    closed: close !== -1,
  };
}

/** Which templates of a set take parameters, and in which mode (argo-semantics 1.2). */
export function usesGoTemplate(document: ManifestDocument): boolean {
  const spec = isObject(document.value) ? document.value.spec : undefined;
  return isObject(spec) && spec.goTemplate === true;
}
