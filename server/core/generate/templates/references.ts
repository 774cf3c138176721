import type { Span } from '../../text/span.ts';
import type { Command, DefineNode, Name, Operand, ParsedTemplate, Pipe, TemplateNode } from './nodes.ts';

/** A parameter that a template reads. */
export interface FieldReference {
  /** From the parameters' root: `['path', 'basename']`. List positions of `index` are decimal texts. */
  readonly path: readonly string[];
  readonly span: Span;
  /** Where each name of `path` stands, for those that this reference itself spells (a `with` before it gives the others). */
  readonly names: readonly Name[];
  /**
   * True where the author has thought of its absence: it is tested by an `if` or `with`, stands inside of one, or goes to a function
   * such as `default` or `hasKey`. Under `missingkey=error` a bare missing key fails even there.
   */
  readonly guarded: boolean;
  /** Read by `index`, `get`, `dig` or `hasKey`, for which a missing key is no error. */
  readonly lenient: boolean;
}

export interface FunctionReference {
  readonly name: string;
  readonly span: Span;
}

/** What `.` or a variable stands for: a path from the root, or something that cannot be known without running. */
export type Value = readonly string[] | undefined;

/** What names mean at one place. */
export interface Scope {
  readonly dot: Value;
  /** With their `$`; `$` itself is the root, or what a `define` is called with. */
  readonly variables: ReadonlyMap<string, Value>;
  readonly guarded: boolean;
}

export const rootScope: Scope = { dot: [], variables: new Map([['$', []]]), guarded: false };

/** Every parameter that the template reads by a path that can be told, in order of the text. */
export function fieldsIn(parsed: ParsedTemplate): readonly FieldReference[] {
  const fields: FieldReference[] = [];
  walk(parsed, { field: it => fields.push(it) });
  return fields.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
}

export function functionsIn(parsed: ParsedTemplate): readonly FunctionReference[] {
  const functions: FunctionReference[] = [];
  walk(parsed, { function: it => functions.push(it) });
  return functions;
}

/** What names mean at the end of what could be read; inside of all bodies that are still open there. */
export function scopeAtEnd(parsed: ParsedTemplate): Scope {
  let scope = rootScope;
  walk(parsed, {
    end: it => {
      scope = it;
    },
  });
  return scope;
}

export interface Visitor {
  field?(reference: FieldReference): void;
  function?(reference: FunctionReference): void;
  /** All parameters at once: a bare `.` or `$` at the root. */
  whole?(): void;
  end?(scope: Scope): void;
}

export function walk(parsed: ParsedTemplate, visitor: Visitor): void {
  new Walker(visitor).list(parsed.nodes, rootScope);
}

const guards = new Set([
  'all',
  'and',
  'any',
  'coalesce',
  'default',
  'dig',
  'empty',
  'get',
  'hasKey',
  'kindIs',
  'not',
  'or',
  'pluck',
  'ternary',
  'typeIs',
]);

class Walker {
  readonly #visitor: Visitor;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  list(nodes: readonly TemplateNode[], outer: Scope): void {
    let scope = outer;
    let open = false;
    for (const node of nodes) {
      open =
        (node.kind === 'if' || node.kind === 'with' || node.kind === 'range' || isDefinition(node)) && !node.closed;
      scope = this.#node(node, scope);
    }
    // Only the innermost open body is where the text ended.
    if (!open) this.#visitor.end?.(scope);
  }

  /** The scope after it: an action may set variables. */
  #node(node: TemplateNode, scope: Scope): Scope {
    switch (node.kind) {
      case 'action':
        return withVariables(scope, node.pipe, this.#pipe(node.pipe, scope));
      case 'if':
      case 'with':
      case 'range':
        this.#control(node, scope);
        return scope;
      case 'define':
      case 'block': {
        const dot = node.pipe === undefined ? undefined : this.#pipe(node.pipe, scope);
        this.list(node.body, { dot, variables: new Map([['$', dot]]), guarded: scope.guarded });
        return scope;
      }
      case 'template':
        if (node.pipe !== undefined) this.#pipe(node.pipe, scope);
        return scope;
      default:
        return scope;
    }
  }

  #control(node: TemplateNode & { kind: 'if' | 'with' | 'range' }, scope: Scope): void {
    const tests = node.kind !== 'range';
    const value = this.#pipe(node.pipe, { ...scope, guarded: scope.guarded || tests });
    // Elements of a range have no path of their own.
    const inside = withVariables(scope, node.pipe, node.kind === 'range' ? undefined : value);
    const dot = node.kind === 'if' ? scope.dot : node.kind === 'with' ? value : undefined;
    this.list(node.body, { ...inside, dot, guarded: scope.guarded || tests });
    if (node.otherwise !== undefined) this.list(node.otherwise, { ...scope, guarded: scope.guarded || tests });
  }

  /** The path that the whole pipe stands for, where it is nothing but one. */
  #pipe(pipe: Pipe, scope: Scope): Value {
    const called = pipe.commands
      .flatMap(command => command.args)
      .flatMap(arg => (arg.kind === 'function' ? [arg.name] : []));
    const inside = called.some(name => guards.has(name)) ? { ...scope, guarded: true } : scope;
    const values = pipe.commands.map(command => this.#command(command, inside));
    return values.length === 1 ? values[0] : undefined;
  }

  #command(command: Command, scope: Scope): Value {
    const [first, ...rest] = command.args;
    if (first === undefined) return undefined;
    if (first.kind !== 'function') {
      const values = command.args.map(arg => this.#operand(arg, scope));
      return command.args.length === 1 ? values[0] : undefined;
    }
    this.#operand(first, scope);
    const lookup = lookupOf(first.name, rest);
    const base = lookup === undefined ? undefined : this.#operand(lookup.in, scope, lookup.keys.length > 0);
    if (lookup === undefined || base === undefined || lookup.keys.length === 0) {
      for (const arg of rest) if (arg !== lookup?.in) this.#operand(arg, scope);
      return undefined;
    }
    const path = [...base, ...lookup.keys.map(key => key.name)];
    this.#visitor.field?.({ path, span: command.span, names: lookup.keys, guarded: scope.guarded, lenient: true });
    return lookup.isValue ? path : undefined;
  }

  /** `isPrefix`: a longer path that begins with it is reported instead. */
  #operand(operand: Operand, scope: Scope, isPrefix = false): Value {
    switch (operand.kind) {
      case 'dot':
        return this.#path(scope.dot, [], operand.span, scope, isPrefix);
      case 'function':
        this.#visitor.function?.({ name: operand.name, span: operand.span });
        return undefined;
      case 'field':
        return this.#path(scope.dot, operand.names, operand.span, scope, isPrefix);
      case 'variable':
        return this.#path(scope.variables.get(operand.name.name), operand.names, operand.span, scope, isPrefix);
      case 'group':
        return this.#path(this.#pipe(operand.pipe, scope), operand.names, operand.span, scope, isPrefix);
      case 'chain':
        this.#operand(operand.of, scope);
        return undefined;
      default:
        return undefined;
    }
  }

  #path(base: Value, names: readonly Name[], span: Span, scope: Scope, isPrefix: boolean): Value {
    if (base === undefined) return undefined;
    const path = [...base, ...names.map(it => it.name)];
    if (path.length === 0 && !isPrefix) this.#visitor.whole?.();
    if (names.length > 0 && !isPrefix)
      this.#visitor.field?.({ path, span, names, guarded: scope.guarded, lenient: false });
    return path;
  }
}

function isDefinition(node: TemplateNode): node is DefineNode {
  return node.kind === 'define' || node.kind === 'block';
}

function withVariables(scope: Scope, pipe: Pipe, value: Value): Scope {
  if (pipe.declares.length === 0) return scope;
  const variables = new Map(scope.variables);
  // A variable that is set twice may hold either value.
  for (const { name } of pipe.declares) variables.set(name, pipe.assigns ? undefined : value);
  return { ...scope, variables };
}

interface Lookup {
  readonly in: Operand;
  readonly keys: readonly Name[];
  readonly isValue: boolean;
}

/** `index .a "b" 1`, `get .a "b"`, `hasKey .a "b"`, `dig "b" "c" "" .a`; keys up to the first that is computed. */
function lookupOf(name: string, args: readonly Operand[]): Lookup | undefined {
  if (name === 'dig') {
    const map = args.at(-1);
    return map === undefined || args.length < 3
      ? undefined
      : { in: map, keys: literalKeys(args.slice(0, -2)), isValue: false };
  }
  const [map, ...keys] = args;
  if (map === undefined || (name !== 'index' && name !== 'get' && name !== 'hasKey')) return undefined;
  const literal = literalKeys(keys);
  return { in: map, keys: literal, isValue: name !== 'hasKey' && literal.length === keys.length };
}

function literalKeys(args: readonly Operand[]): readonly Name[] {
  const keys: Name[] = [];
  for (const arg of args) {
    if (arg.kind === 'string') keys.push({ name: arg.value, span: arg.span });
    else if (arg.kind === 'number' && /^[0-9]+$/.test(arg.text)) keys.push({ name: arg.text, span: arg.span });
    else break;
  }
  return keys;
}
