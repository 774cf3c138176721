import type {
  GoType,
  GoTypes,
  ParameterSet,
  Rendered,
  RenderingKey,
  RenderingStore,
  TemplateMode,
} from '../facts/renderings.ts';
import type { Json } from '../text/json.ts';
import { isObject, pointer } from '../text/json.ts';
import { goFloat, goQuote } from './go/print.ts';
import { copied, type Params, typesIn } from './params.ts';
import { type Pending, pending } from './problem.ts';
import { type Dependencies, dependenciesOf, projected } from './templates/dependencies.ts';
import { parseGoTemplate } from './templates/parse.ts';

/** Renders strings of one ApplicationSet: `Render.Replace` of argo-cd:applicationset/utils/utils.go. */
export interface Renderer {
  readonly mode: TemplateMode;
  render(text: string, scope: Scope, options?: readonly string[]): Rendered | Pending;
}

/** Parameters that templates see, interned for the library the first time it is needed. */
export interface Scope {
  readonly params: Params;
  /** The parameters will be changed later, so the library must get a copy. */
  readonly changing?: boolean;
  set?: ParameterSet;
  types?: GoTypes;
  /** Cut down to what a template depends on, by the name of its dependencies. */
  parts?: Map<string, ParameterSet>;
}

export function createRenderer(
  mode: TemplateMode,
  options: readonly string[],
  store: RenderingStore | undefined,
  onWait: () => void,
): Renderer {
  const keys = new Map<string, Prepared>();
  const prepare = (text: string, chosen: readonly string[]): Prepared => {
    const name = chosen === options ? text : `${chosen.join('\u0000')}\u0001${text}`;
    const known = keys.get(name);
    if (known !== undefined) return known;
    const pieces = mode === 'go' ? simplePieces(text) : undefined;
    const made = { key: { mode, options: chosen, template: text }, pieces, reads: readsOf(text) };
    keys.set(name, made);
    return made;
  };
  return {
    mode,
    render(text, scope, chosen = options) {
      if (!text.includes('{{')) return text;
      if (mode === 'fast') return renderFast(text, scope.params);
      const { key, pieces, reads } = prepare(text, chosen);
      const simple = pieces === undefined ? undefined : renderSimple(pieces, scope.params);
      if (simple !== undefined) return simple;
      if (store === undefined) {
        onWait();
        return pending;
      }
      const found = store.find(key, setFor(scope, reads, store));
      if (found === undefined) onWait();
      return found ?? pending;
    },
  };
}

interface Prepared {
  readonly key: RenderingKey;
  readonly pieces: readonly (string | readonly string[])[] | undefined;
  readonly reads: Reads | undefined;
}

interface Reads {
  readonly name: string;
  readonly paths: Dependencies;
  readonly pointers: readonly string[];
}

function readsOf(text: string): Reads | undefined {
  const paths = dependenciesOf(parseGoTemplate(text));
  return paths && { name: JSON.stringify(paths), paths, pointers: paths.map(pointer) };
}

/** What the library gets: of many parameter sets that differ elsewhere only, one. */
function setFor(scope: Scope, reads: Reads | undefined, store: RenderingStore): ParameterSet {
  scope.types ??= typesIn(scope.params);
  const intern = (params: Params, types: GoTypes): ParameterSet =>
    store.intern(scope.changing ? copied(params) : params, types);
  if (reads === undefined) {
    scope.set ??= intern(scope.params, scope.types);
    return scope.set;
  }
  scope.parts ??= new Map();
  const known = scope.parts.get(reads.name);
  if (known !== undefined) return known;
  const part = intern({ ...projected(scope.params, reads.paths) }, typesOn(reads, scope.types));
  scope.parts.set(reads.name, part);
  return part;
}

/** The Go types of what lies on the way to these paths, or below them. */
function typesOn(reads: Reads, types: GoTypes): GoTypes {
  const on: Record<string, GoType> = {};
  for (const [at, type] of Object.entries(types)) {
    if (reads.pointers.some(it => `${it}/`.startsWith(`${at}/`) || at.startsWith(`${it}/`))) on[at] = type;
  }
  return on;
}

/**
 * fasttemplate: only a text that has a whole tag on one line is touched at all; a tag that names no string parameter stays as it is
 * (github.com/valyala/fasttemplate:template.go).
 */
export function renderFast(text: string, params: Params): Rendered {
  if (!/\{\{.*\}\}/.test(text)) return text;
  let result = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf('{{', from);
    if (start < 0) return result + text.slice(from);
    const end = text.indexOf('}}', start + 2);
    if (end < 0) {
      const rest = text.slice(start + 2);
      return {
        error: `invalid template: Cannot find end tag="}}" in the template=${goQuote(text)} starting from ${goQuote(rest)}`,
        stage: 'parse',
      };
    }
    const tag = text.slice(start + 2, end);
    const value = own(params, tag.trim());
    result += text.slice(from, start) + (typeof value === 'string' && tag.trim() !== '' ? value : `{{${tag}}}`);
    from = end + 2;
  }
}

const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const ACTION = new RegExp(`\\{\\{[ ]*((?:\\.${NAME})+)[ ]*\\}\\}`, 'g');

/**
 * A Go template that only prints fields, `{{ .path.basename }}`, needs no library: its pieces are texts and lists of names. These are
 * nine of ten templates; where a value is not there or is not a plain scalar, the library decides.
 */
function simplePieces(text: string): Prepared['pieces'] {
  const pieces: (string | readonly string[])[] = [];
  let from = 0;
  for (const match of text.matchAll(ACTION)) {
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push((match[1] ?? '').slice(1).split('.'));
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces.some(piece => typeof piece === 'string' && piece.includes('{{')) ? undefined : pieces;
}

function renderSimple(pieces: NonNullable<Prepared['pieces']>, params: Params): string | undefined {
  let result = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') result += piece;
    else {
      let value: Json | undefined = params;
      for (const name of piece) value = isObject(value) ? own(value, name) : undefined;
      if (typeof value === 'string') result += value;
      else if (typeof value === 'number') result += goFloat(value);
      else if (typeof value === 'boolean') result += String(value);
      else return undefined;
    }
  }
  return result;
}

function own(from: { readonly [key: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(from, name) ? from[name] : undefined;
}
