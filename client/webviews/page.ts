/** What pages of ours have in common: making elements without any markup from outside, and speaking to the panel. */

interface Host<State> {
  postMessage(message: unknown): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi<State>(): Host<State>;

export const host = acquireVsCodeApi<unknown>();

type Child = Node | string | undefined;

/** An element; attributes that are `undefined` are left out, `on…` are listeners. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | boolean | (() => void) | undefined>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter(it => it !== undefined));
  return made;
}

/**
 * Draws anew and leaves the focus where it was, by the `id` of what has it. A page that does not have it takes it from nobody: a picker that
 * loses it closes.
 */
export function draw(into: HTMLElement, ...children: readonly Child[]): void {
  const focused = document.hasFocus() ? document.activeElement?.id : undefined;
  const top = document.scrollingElement?.scrollTop ?? 0;
  into.replaceChildren(...children.filter(it => it !== undefined));
  into.setAttribute('aria-busy', 'false');
  if (focused) document.getElementById(focused)?.focus();
  if (document.scrollingElement) document.scrollingElement.scrollTop = top;
}
