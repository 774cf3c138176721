import type { DeliveryNode } from '../../protocol/delivery.ts';

/** The root's name among parents. */
export const root = '';

/** What the editor was told of a tree: from it follows what it must be told when something changed. Nothing that nobody unfolded is ever made. */
export class Shown {
  /** By parent, the children in order. */
  readonly #told = new Map<string, ReadonlyMap<string, DeliveryNode>>();

  tell(parent: string | undefined, nodes: readonly DeliveryNode[]): readonly DeliveryNode[] {
    this.#told.set(parent ?? root, new Map(nodes.map(it => [it.id, it])));
    return nodes;
  }

  /** Asks again for the children of parents that are concerned; the same lines in the same order are told one by one. */
  changes(
    concerned: (parent: string) => boolean,
    childrenOf: (parent: string | undefined) => readonly DeliveryNode[],
  ): { readonly nodes: readonly DeliveryNode[]; readonly redraw: readonly string[] } {
    const [nodes, redraw]: [DeliveryNode[], string[]] = [[], []];
    for (const [parent, former] of [...this.#told]) {
      if (!this.#told.has(parent) || !concerned(parent)) continue;
      const fresh = childrenOf(parent === root ? undefined : parent);
      const before = [...former.values()];
      const same = fresh.length === before.length && fresh.every((it, i) => it.id === before[i]?.id);
      const changed = fresh.filter((it, i) => !same || !equal(it, before[i]));
      this.tell(parent, fresh);
      if (same) nodes.push(...changed);
      else {
        redraw.push(parent);
        this.#forgetWithout(former, fresh);
      }
    }
    return { nodes, redraw };
  }

  forget(): void {
    this.#told.clear();
  }

  #forgetWithout(former: ReadonlyMap<string, DeliveryNode>, fresh: readonly DeliveryNode[]): void {
    const left = new Set(fresh.map(it => it.id));
    for (const id of former.keys()) {
      if (left.has(id)) continue;
      const below = this.#told.get(id);
      this.#told.delete(id);
      if (below) this.#forgetWithout(below, []);
    }
  }
}

function equal(a: DeliveryNode, b: DeliveryNode | undefined): boolean {
  return a === b || (b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}
