import type { FactKind, Facts, FactTypes, Known, Missing } from '../facts/facts.ts';
import type { GoType, Rendered, RenderingError } from '../facts/renderings.ts';
import type { Json, JsonObject } from '../text/json.ts';
import type { Origin, Unknown } from './generation.ts';
import { type Params, typed } from './params.ts';
import { type Failure, fail, type Pending, pending } from './problem.ts';
import { createRenderer, type Renderer, type Scope } from './render.ts';

/** Settings of Argo CD's controller and repository server that change what a set generates. */
export interface GenerateOptions {
  /** ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_NEW_GIT_FILE_GLOBBING */
  readonly newGitFileGlobbing?: boolean;
  /** ARGOCD_REPO_SERVER_INCLUDE_HIDDEN_DIRECTORIES */
  readonly includeHiddenDirectories?: boolean;
  /** Where Argo CD runs; `argocd` unless told. */
  readonly controllerNamespace?: string;
  /** Render only so many Applications in full, and of the others the name alone, so that an editor can show something at once. */
  readonly window?: number;
}

/** The spec as the controller decodes it. */
export interface SetSpec {
  readonly name: string;
  readonly namespace: string;
  readonly goTemplate: boolean;
  readonly goTemplateOptions: readonly string[];
  readonly template: JsonObject;
  readonly spec: JsonObject;
}

/** What a generator works with. One per run of `expand`; it only collects. */
export interface Context {
  readonly set: SetSpec;
  readonly options: GenerateOptions;
  readonly renderer: Renderer;
  fact<K extends FactKind>(kind: K, of: FactTypes[K]['of']): Known<K> | undefined;
  /** The value of a YAML text. */
  yaml(text: string): { readonly value: Json } | { readonly error: string } | Pending;
  unknown(entry: Unknown): void;
  /** How many texts of templates and YAML had no answer yet. */
  waiting(): number;
}

/** One parameter set and why it exists. */
export interface Produced {
  readonly params: Params;
  readonly origin: readonly Origin[];
}

/** What a generator answers: its sets in order, whether more may come when facts arrive, and the error that spoils all of it. */
export interface Outcome {
  readonly sets: readonly Produced[];
  readonly waits: boolean;
  readonly failure?: Failure;
}

export const waiting: Outcome = { sets: [], waits: true };
export const failing = (failure: Failure): Outcome => ({ sets: [], waits: false, failure });
export const produced = (sets: readonly Produced[]): Outcome => ({ sets, waits: false });

/** A generator: one file, one record, one line in `generators/index.ts`. */
export interface Generator {
  /** The key in the manifest. */
  readonly name: string;
  readonly summary: string;
  /** Other generators stand inside of it. */
  readonly combines: boolean;
  /** Needs a network service: previews come from sample parameters. */
  readonly needsSamples?: boolean;
  params(spec: JsonObject, at: At, context: Context): Outcome;
}

export interface At {
  /** JSON pointer of the generator's value in the ApplicationSet: `/spec/generators/0/list`. */
  readonly path: string;
  readonly generators: readonly Generator[];
  /** Makes the parameter sets of one entry of a matrix or merge. */
  readonly child: (entry: Json, path: string, outer: Params | undefined, context: Context) => Outcome;
}

export interface Collected {
  readonly missing: readonly Missing[];
  readonly unknown: readonly Unknown[];
  /** Every fact that was asked and its answer, so that a stage can be reused while they are the same. */
  readonly asked: readonly { readonly kind: FactKind; readonly of: unknown; readonly answer: unknown }[];
}

export function createContext(
  set: SetSpec,
  facts: Facts,
  options: GenerateOptions,
): { readonly context: Context; readonly collected: Collected } {
  const missing = new Map<string, Missing>();
  const unknown = new Map<string, Unknown>();
  const asked = new Map<string, Collected['asked'][number]>();
  let waiting = 0;
  const fact = <K extends FactKind>(kind: K, of: FactTypes[K]['of']): Known<K> | undefined => {
    const key = `${kind} ${JSON.stringify(of)}`;
    const known = asked.get(key);
    if (known !== undefined) return known.answer as Known<K> | undefined;
    const answer = facts.get(kind, of);
    asked.set(key, { kind, of, answer });
    if (answer === undefined) missing.set(key, { kind, of } as Missing);
    return answer;
  };
  const context: Context = {
    set,
    options,
    renderer: createRenderer(
      set.goTemplate ? 'go' : 'fast',
      set.goTemplateOptions,
      facts.renderings,
      () => void waiting++,
    ),
    fact,
    yaml: text => {
      const converted = facts.renderings?.yaml(text);
      if (converted === undefined) waiting++;
      return converted ?? pending;
    },
    waiting: () => waiting,
    unknown: entry => void unknown.set(`${entry.path} ${entry.kind} ${entry.of}`, entry),
  };
  const collected: Collected = {
    get missing() {
      return [...missing.values()];
    },
    get unknown() {
      return [...unknown.values()];
    },
    get asked() {
      return [...asked.values()];
    },
  };
  return { context, collected };
}

/** A rendered text as a value or a failure at its place. */
export function renderedOr(rendered: Rendered | Pending, template: string, path: string): string | Failure | Pending {
  if (rendered === pending || typeof rendered === 'string') return rendered;
  return fail({ code: CODES[rendered.stage], message: rendered.error, path, template });
}

const CODES: Readonly<Record<RenderingError['stage'], string>> = {
  parse: 'template-syntax',
  execute: 'template-execution',
  option: 'go-template-options',
  stopped: 'template-stopped',
};

/**
 * Adds `values` of a generator: each is rendered once against the parameters so far and cannot see the others
 * (argo-cd:applicationset/generators/value_interpolation.go).
 */
export function appendValues(
  values: Json | undefined,
  params: Params,
  path: string,
  context: Context,
): Failure | Pending | undefined {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
  const scope: Scope = { params, changing: true };
  const rendered: Record<string, string> = {};
  let waits = false;
  for (const key of Object.keys(values).sort()) {
    const text = (values as JsonObject)[key];
    const place = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const template = typeof text === 'string' ? text : '';
    const value = renderedOr(context.renderer.render(template, scope), template, place);
    if (value === pending) waits = true;
    else if (typeof value === 'string') rendered[key] = value;
    else {
      const inner = 'failed to replace templated string: failed to replace templated string with rendered values';
      return { ...value, message: `${inner}: ${value.message}` };
    }
  }
  if (waits) return pending;
  if (Object.keys(rendered).length === 0) return undefined;
  if (context.set.goTemplate) params.values = typed(rendered, STRING_MAP);
  else for (const [key, value] of Object.entries(rendered)) params[`values.${key}`] = value;
  return undefined;
}

const STRING_MAP: GoType = 'map[string]string';
