import type { LibraryCall, LibraryResult } from '../core/facts/facts.ts';
import type { Converted, ParameterSet, Rendered, RenderingStore, TemplatesCall } from '../core/facts/renderings.ts';
import { isObject, type Json } from '../core/text/json.ts';
import type { Library } from './ports.ts';

/** Sends what waits in the store as one batch and puts the answers back. */
export async function answerRenderings(store: RenderingStore, library: Library): Promise<void> {
  const memory = memories.get(store) ?? new ParameterMemory();
  memories.set(store, memory);
  const { templates, yaml } = store.take();
  const calls: LibraryCall[] = templates.map(call => templatesCall(call, memory));
  if (yaml.length > 0) calls.push({ op: 'yamlToJson', args: { texts: yaml } });
  if (calls.length === 0) return;
  // What was taken waits no longer, so the answers are put even when nobody waits for them any more.
  const results = await library.call(calls);
  templates.forEach((call, at) => {
    store.put(call, renderedFrom(results[at], call.pairs.length));
  });
  if (yaml.length > 0) store.putYaml(yaml, convertedFrom(results[templates.length], yaml.length));
}

/**
 * The same parameter sets as the same array: the library then keeps them decoded between calls, and a keystroke in a template does not send
 * ten thousand of them again.
 */
class ParameterMemory {
  readonly #known = new Map<string, readonly Json[]>();

  arrayOf(sets: readonly ParameterSet[]): readonly Json[] {
    const key = sets.map(it => it.id).join(',');
    const known = this.#known.get(key);
    const params = known ?? sets.map(it => it.params);
    this.#known.delete(key);
    this.#known.set(key, params);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > 8 && oldest !== undefined) this.#known.delete(oldest);
    return params;
  }
}

/** Lives as long as the store whose sets it remembers. */
const memories = new WeakMap<RenderingStore, ParameterMemory>();

function templatesCall(call: TemplatesCall, memory: ParameterMemory): LibraryCall {
  const { mode, options, templates, types, pairs } = call;
  return {
    op: 'templates',
    args: { mode, options, templates, params: memory.arrayOf(call.sets), types, pairs },
  };
}

function renderedFrom(result: LibraryResult | undefined, count: number): readonly Rendered[] {
  if (!result?.ok || !Array.isArray(result.value)) {
    const error = result && !result.ok ? result.error : 'The template library gave no answer.';
    return Array.from({ length: count }, () => ({ error, stage: 'stopped' as const }));
  }
  return (result.value as readonly Json[]).map(it => {
    if (typeof it === 'string') return it;
    const failure = isObject(it) ? it : {};
    return { error: String(failure.error), stage: stageOf(failure.stage) };
  });
}

function stageOf(stage: Json | undefined): 'parse' | 'execute' | 'option' | 'stopped' {
  return stage === 'parse' || stage === 'option' || stage === 'stopped' ? stage : 'execute';
}

function convertedFrom(result: LibraryResult | undefined, count: number): readonly Converted[] {
  if (!result?.ok || !Array.isArray(result.value)) {
    const error = result && !result.ok ? result.error : 'The YAML library gave no answer.';
    return Array.from({ length: count }, () => ({ error }));
  }
  return (result.value as readonly Json[]).map(it => {
    if (isObject(it) && it.value !== undefined) return { value: it.value };
    return { error: isObject(it) ? String(it.error) : 'The YAML library gave no answer.' };
  });
}
