import type { Json, JsonObject } from '../text/json.ts';

/**
 * Results of templates, kept across runs of a stage. A set of parameters is interned once and known by its number, a template by its
 * text; the library is asked for the pairs that nobody has asked before, in one batch, and never for a text without a tag.
 */
export interface RenderingStore {
  /** The same parameters (and Go types) give the same set. The value must not be changed afterwards. */
  intern(params: JsonObject, types?: GoTypes): ParameterSet;
  /** `undefined`: not known yet; the pair is now waiting for the library. */
  find(key: RenderingKey, set: ParameterSet): Rendered | undefined;
  /** The JSON of a YAML text as sigs.k8s.io/yaml converts it; `undefined`: not known yet, now waiting. */
  yaml(text: string): Converted | undefined;
  /** What waits, and it waits no longer: whoever takes it must give the answers to `put` and `putYaml`. */
  take(): Pending;
  put(batch: TemplatesCall, results: readonly Rendered[]): void;
  putYaml(texts: readonly string[], results: readonly Converted[]): void;
  /** How many answers are waiting for the library. */
  readonly waiting: number;
  /** Results of whole stages by a key that says everything they depend on; see `generate/memory.ts`. */
  readonly stages: Map<string, unknown>;
}

/** One template text under one mode and one list of options. */
export interface RenderingKey {
  readonly mode: TemplateMode;
  readonly options: readonly string[];
  readonly template: string;
}

export type TemplateMode = 'go' | 'fast';

export interface ParameterSet {
  readonly id: number;
  readonly params: JsonObject;
  /** Go types that JSON does not tell, by JSON pointer; only what is not `map[string]any`, `[]any`, float64, string or bool. */
  readonly types: GoTypes;
}

/** `index` and missing keys answer differently for `map[string]string` than for `map[string]any`, so the library must be told. */
export type GoType = 'map[string]string' | '[]string' | '[]map[string]any';
export type GoTypes = Readonly<Record<string, GoType>>;

export type Rendered = string | RenderingError;

export interface RenderingError {
  readonly error: string;
  /** `option`: goTemplateOptions that panic in Go; `stopped`: it ran past its deadline. */
  readonly stage: 'parse' | 'execute' | 'option' | 'stopped';
}

export type Converted = { readonly value: Json } | { readonly error: string };

export interface Pending {
  readonly templates: readonly TemplatesCall[];
  readonly yaml: readonly string[];
}

export interface TemplatesCall {
  readonly mode: TemplateMode;
  readonly options: readonly string[];
  readonly templates: readonly string[];
  /** All with the same `types`. */
  readonly sets: readonly ParameterSet[];
  readonly types: GoTypes;
  /** `[template, set]`: positions in the two lists. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** Past this many results the templates that were not used for longest are forgotten. */
const RESULT_LIMIT = 400_000;
const SET_LIMIT = 200_000;

interface Template {
  readonly key: RenderingKey;
  readonly results: Map<number, Rendered>;
  readonly waiting: Set<ParameterSet>;
}

export function createRenderingStore(): RenderingStore {
  const templates = new Map<string, Template>();
  const sets = new Map<string, ParameterSet>();
  const converted = new Map<string, Converted>();
  const waitingYaml = new Set<string>();
  let waiting = 0;
  let kept = 0;
  let nextId = 1;
  let byKey = new WeakMap<RenderingKey, Template>();

  const templateOf = (key: RenderingKey): Template => {
    const found = byKey.get(key);
    if (found !== undefined) return found;
    const name = nameOf(key);
    let template = templates.get(name);
    if (template === undefined) template = { key, results: new Map(), waiting: new Set() };
    else templates.delete(name);
    // Re-inserted at the end, so that the first entries are the ones not used for longest.
    templates.set(name, template);
    byKey.set(key, template);
    return template;
  };
  const forgetOld = (): void => {
    for (const [name, template] of templates) {
      if (kept <= RESULT_LIMIT / 2 || templates.size <= 64) break;
      kept -= template.results.size;
      waiting -= template.waiting.size;
      templates.delete(name);
    }
    byKey = new WeakMap();
  };

  return {
    stages: new Map(),
    get waiting() {
      return waiting + waitingYaml.size;
    },
    intern(params, types = {}) {
      const text = `${JSON.stringify(params)}${JSON.stringify(types)}`;
      const known = sets.get(text);
      if (known !== undefined) return known;
      if (sets.size > SET_LIMIT) sets.clear();
      const made = { id: nextId++, params, types };
      sets.set(text, made);
      return made;
    },
    find(key, set) {
      const template = templateOf(key);
      const result = template.results.get(set.id);
      if (result === undefined && !template.waiting.has(set)) {
        template.waiting.add(set);
        waiting++;
      }
      return result;
    },
    yaml(text) {
      const result = converted.get(text);
      if (result === undefined) waitingYaml.add(text);
      return result;
    },
    take() {
      const calls = callsOf([...templates.values()].filter(template => template.waiting.size > 0));
      for (const template of templates.values()) template.waiting.clear();
      waiting = 0;
      const yaml = [...waitingYaml];
      waitingYaml.clear();
      return { templates: calls, yaml };
    },
    put(batch, results) {
      const { mode, options } = batch;
      const found = batch.templates.map(template => templateOf({ mode, options, template }));
      batch.pairs.forEach(([template, set], at) => {
        const parameters = batch.sets[set];
        const result = results[at];
        const kind = found[template];
        if (kind === undefined || parameters === undefined || result === undefined) return;
        if (!kind.results.has(parameters.id)) kept++;
        kind.results.set(parameters.id, result);
      });
      if (kept > RESULT_LIMIT) forgetOld();
    },
    putYaml(texts, results) {
      if (converted.size > RESULT_LIMIT / 8) converted.clear();
      texts.forEach((text, at) => {
        const result = results[at];
        if (result !== undefined) converted.set(text, result);
      });
    },
  };
}

function nameOf(key: RenderingKey): string {
  return `${key.mode}\u0000${key.options.join('\u0001')}\u0000${key.template}`;
}

interface Group {
  readonly key: RenderingKey;
  readonly types: GoTypes;
  readonly templates: Map<string, number>;
  readonly sets: Map<ParameterSet, number>;
  readonly pairs: [number, number][];
}

/** One call per mode, options and Go types: templates are parsed once each, and every set of parameters is written once. */
function callsOf(waiting: readonly Template[]): readonly TemplatesCall[] {
  const groups = new Map<string, Group>();
  for (const { key, waiting: sets } of waiting) {
    const prefix = `${key.mode}\u0000${key.options.join('\u0001')}\u0000`;
    let group: Group | undefined;
    let types: GoTypes | undefined;
    for (const set of sets) {
      if (group === undefined || types !== set.types) {
        types = set.types;
        group = groupOf(groups, prefix + JSON.stringify(types), key, types);
      }
      group.pairs.push([positionIn(group.templates, key.template), positionIn(group.sets, set)]);
    }
  }
  return [...groups.values()].map(({ key, types, templates, sets, pairs }) => ({
    mode: key.mode,
    options: key.options,
    types,
    templates: [...templates.keys()],
    sets: [...sets.keys()],
    pairs,
  }));
}

function groupOf(groups: Map<string, Group>, name: string, key: RenderingKey, types: GoTypes): Group {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const made: Group = { key, types, templates: new Map(), sets: new Map(), pairs: [] };
  groups.set(name, made);
  return made;
}

function positionIn<T>(positions: Map<T, number>, item: T): number {
  const known = positions.get(item);
  if (known !== undefined) return known;
  positions.set(item, positions.size);
  return positions.size - 1;
}
