import type { LibraryCall } from '../../core/facts/facts.ts';
import { isObject, type Json } from '../../core/text/json.ts';

/**
 * Remembers which parameter sets a worker has decoded already. Asked again with the *same array* (identity, not equality), a
 * `templates` call sends a name instead of ten thousand objects; measured on 10,000 sets that is the difference between 280 ms
 * and nothing per keystroke. Callers get it by keeping the array of a generator that has not changed.
 */
export class RegisteredParameters {
  #ids = new WeakMap<readonly Json[], Map<string, string>>();
  #alive: string[] = [];
  #next = 0;

  /** The calls to send: `paramsPut` and `paramsDrop` first where needed. `skip` is how many answers belong to those. */
  prepare(calls: readonly LibraryCall[]): { readonly calls: readonly LibraryCall[]; readonly skip: number } {
    const before: LibraryCall[] = [];
    const needed = new Set<string>();
    const sent = calls.map(call => {
      const large = largeParameters(call);
      if (large === undefined) return call;
      const id = this.#idOf(large.params, large.typed, before);
      needed.add(id);
      const { params: _params, typed: _typed, ...rest } = large.args;
      return { op: call.op, args: { ...rest, paramsId: id } };
    });
    // Dropped before others are put, so that memory is free when they come.
    const drops = this.#dropBut(needed);
    return { calls: [...drops, ...before, ...sent], skip: drops.length + before.length };
  }

  /** A new worker knows nothing. */
  forget(): void {
    this.#ids = new WeakMap();
    this.#alive = [];
  }

  #idOf(params: readonly Json[], typed: Json, before: LibraryCall[]): string {
    const byTypes = this.#ids.get(params) ?? new Map<string, string>();
    this.#ids.set(params, byTypes);
    const types = JSON.stringify(typed);
    const known = byTypes.get(types);
    if (known !== undefined && this.#alive.includes(known)) {
      this.#alive = [...this.#alive.filter(id => id !== known), known];
      return known;
    }
    const id = `p${this.#next++}`;
    byTypes.set(types, id);
    this.#alive.push(id);
    before.push({ op: 'paramsPut', args: { id, params, typed } });
    return id;
  }

  #dropBut(needed: ReadonlySet<string>): readonly LibraryCall[] {
    const idle = this.#alive.filter(id => !needed.has(id));
    const dropped = idle.slice(0, Math.max(0, idle.length - mostIdle));
    this.#alive = this.#alive.filter(id => !dropped.includes(id));
    return dropped.map(id => ({ op: 'paramsDrop', args: { id } }));
  }
}

/** Sets kept though the last request did not use them: another ApplicationSet that is open beside this one. */
const mostIdle = 3;
/** Below this, naming them costs more than sending them. */
const fewest = 32;

function largeParameters(
  call: LibraryCall,
):
  | { readonly args: { readonly [key: string]: Json }; readonly params: readonly Json[]; readonly typed: Json }
  | undefined {
  if (call.op !== 'templates' || !isObject(call.args)) return undefined;
  const params = call.args.params;
  if (!isList(params) || params.length < fewest) return undefined;
  return { args: call.args, params, typed: call.args.typed ?? [] };
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
