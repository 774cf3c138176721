import type { LibraryCall } from '../../core/facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';

/**
 * Remembers which parameter sets a worker has decoded already. A `templates` call with many sets sends numbers for those that are
 * known by *identity* (the same object, not an equal one), so that a keystroke in a template does not send ten thousand of them
 * again. Callers get it by not making new objects for sets that did not change; such an object must not be changed either.
 */
export class RegisteredParameters {
  #ids = new WeakMap<object, { readonly types: string; readonly id: number }>();
  #count = 0;
  #next = 0;

  /** The calls to send, `paramsPut` and `paramsClear` first where needed. `skip` is how many answers belong to those. */
  prepare(calls: readonly LibraryCall[]): { readonly calls: readonly LibraryCall[]; readonly skip: number } {
    const before: LibraryCall[] = [];
    if (this.#count > mostRegistered) {
      this.forget();
      before.push({ op: 'paramsClear', args: {} });
    }
    const sent = calls.map(call => {
      const args = argsWithManySets(call);
      return args === undefined ? call : { op: call.op, args: this.#named(args, before) };
    });
    return { calls: [...before, ...sent], skip: before.length };
  }

  /** A new worker knows nothing. */
  forget(): void {
    this.#ids = new WeakMap();
    this.#count = 0;
  }

  #named(args: ArgsWithSets, before: LibraryCall[]): JsonObject {
    const { params, types = {}, ...rest } = args;
    const typesText = JSON.stringify(types);
    const fresh: { readonly ids: number[]; readonly params: JsonObject[] } = { ids: [], params: [] };
    const paramIds = params.map(set => {
      const known = this.#ids.get(set);
      if (known?.types === typesText) return known.id;
      const id = this.#next++;
      this.#ids.set(set, { types: typesText, id });
      fresh.ids.push(id);
      fresh.params.push(set);
      return id;
    });
    this.#count += fresh.ids.length;
    if (fresh.ids.length > 0) before.push({ op: 'paramsPut', args: { ids: fresh.ids, params: fresh.params, types } });
    return { ...rest, paramIds };
  }
}

/** About 150 MB of parameters of usual size; past it everything is sent again once. */
const mostRegistered = 60_000;
/** Below this, numbering them costs more than sending them. */
const fewest = 32;

interface ArgsWithSets {
  readonly params: readonly JsonObject[];
  readonly types?: Json;
  readonly [key: string]: Json;
}

function argsWithManySets(call: LibraryCall): ArgsWithSets | undefined {
  if (call.op !== 'templates' || !isObject(call.args)) return undefined;
  const params: Json | undefined = call.args.params;
  if (!Array.isArray(params) || params.length < fewest || !params.every(isObject)) return undefined;
  return { ...call.args, params };
}
