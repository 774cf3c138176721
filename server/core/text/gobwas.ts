/**
 * Globs as gobwas/glob reads them, which Argo CD's projects use: `*` stops at separators, `**` does not, `?` is one letter that is no
 * separator, `[abc]`, `[a-z]`, `[!a]`, `{a,b}` and `\` as usual. Matched by walking all possibilities at once, because a regular expression
 * would take for ever on a pattern with many stars.
 */
export function globMatches(pattern: string, text: string, separators = ''): boolean {
  return compileGlob(pattern, separators)?.matches(text) ?? false;
}

export interface Glob {
  matches(text: string): boolean;
}

/** `undefined` for a pattern that does not compile: it matches nothing. */
export function compileGlob(pattern: string, separators = ''): Glob | undefined {
  const nodes = new PatternReader(pattern, separators).sequence(0);
  if (!nodes) return undefined;
  const machine = new Machine();
  const start = machine.add(nodes, accepted);
  return { matches: text => machine.accepts(start, text) };
}

type Letter = (letter: string) => boolean;
type Node =
  | { readonly kind: 'one' | 'many'; readonly letter: Letter }
  | { readonly kind: 'either'; readonly branches: readonly (readonly Node[])[] };

class PatternReader {
  readonly #letters: readonly string[];
  readonly #one: Letter;
  #at = 0;

  constructor(pattern: string, separators: string) {
    this.#letters = [...pattern];
    this.#one = letter => !separators.includes(letter);
  }

  /** Until the end, or inside braces until `,` or `}`, which are left to the caller. */
  sequence(depth: number): readonly Node[] | undefined {
    const nodes: Node[] = [];
    while (this.#at < this.#letters.length) {
      const letter = this.#letters[this.#at] ?? '';
      if (depth > 0 && (letter === ',' || letter === '}')) return nodes;
      this.#at++;
      const node = this.#node(letter, depth);
      if (!node) return undefined;
      nodes.push(node);
    }
    return depth > 0 ? undefined : nodes;
  }

  #node(letter: string, depth: number): Node | undefined {
    switch (letter) {
      case '*':
        if (this.#letters[this.#at] !== '*') return { kind: 'many', letter: this.#one };
        while (this.#letters[this.#at] === '*') this.#at++;
        return { kind: 'many', letter: () => true };
      case '?':
        return { kind: 'one', letter: this.#one };
      case '[':
        return this.#list();
      case '{':
        return depth < deepest ? this.#alternatives(depth + 1) : undefined;
      case '\\':
        return this.#at < this.#letters.length ? literal(this.#letters[this.#at++] ?? '') : undefined;
      default:
        return literal(letter);
    }
  }

  #list(): Node | undefined {
    const end = this.#letters.indexOf(']', this.#at);
    if (end < 0) return undefined;
    const inside = this.#letters.slice(this.#at, end);
    this.#at = end + 1;
    const negated = inside[0] === '!';
    const listed = negated ? inside.slice(1) : inside;
    if (listed.length === 0) return undefined;
    const [low, dash, high] = listed;
    if (listed.length !== 3 || dash !== '-' || low === undefined || high === undefined) {
      return { kind: 'one', letter: it => listed.includes(it) !== negated };
    }
    return low > high ? undefined : { kind: 'one', letter: it => (it >= low && it <= high) !== negated };
  }

  #alternatives(depth: number): Node | undefined {
    const branches: (readonly Node[])[] = [];
    for (;;) {
      const branch = this.sequence(depth);
      if (!branch) return undefined;
      branches.push(branch);
      if (this.#letters[this.#at++] === '}') return { kind: 'either', branches };
    }
  }
}

/** Nobody nests deeper; a bound keeps the stack. */
const deepest = 50;

function literal(text: string): Node {
  return { kind: 'one', letter: it => it === text };
}

/** `letter`: goes on with that letter. `free`: goes on without one. */
interface State {
  readonly letter?: Letter;
  readonly next: readonly number[];
}

const accepted = 0;

class Machine {
  readonly #states: State[] = [{ next: [] }];

  /** Where matching of the nodes begins, if it is to go on at `next`. */
  add(nodes: readonly Node[], next: number): number {
    return nodes.reduceRight((after, node) => this.#addNode(node, after), next);
  }

  #addNode(node: Node, next: number): number {
    if (node.kind === 'one') return this.#push({ letter: node.letter, next: [next] });
    if (node.kind === 'either') return this.#push({ next: node.branches.map(it => this.add(it, next)) });
    const loop = this.#states.length + 1;
    this.#push({ letter: node.letter, next: [loop] });
    return this.#push({ next: [loop - 1, next] });
  }

  #push(state: State): number {
    return this.#states.push(state) - 1;
  }

  accepts(start: number, text: string): boolean {
    let now = this.#freely([start]);
    for (const letter of text) {
      if (now.size === 0) return false;
      now = this.#freely([...now].flatMap(it => (this.#states[it]?.letter?.(letter) ? this.#states[it].next : [])));
    }
    return now.has(accepted);
  }

  /** With everything that is reached without a letter. */
  #freely(from: readonly number[]): ReadonlySet<number> {
    const reached = new Set(from);
    for (const it of reached) {
      const state = this.#states[it];
      if (state && !state.letter) for (const next of state.next) reached.add(next);
    }
    return reached;
  }
}
