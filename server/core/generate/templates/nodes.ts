import type { Span } from '../../text/span.ts';

/** The tree of a Go template. Spans are UTF-16 offsets in the template's text, delimiters included for whole actions. */
export type TemplateNode = TextNode | CommentNode | ActionNode | ControlNode | DefineNode | TemplateCallNode | JumpNode;

export interface TextNode {
  readonly kind: 'text';
  readonly span: Span;
  readonly text: string;
}

export interface CommentNode {
  readonly kind: 'comment';
  readonly span: Span;
}

/** `{{ .name | upper }}` or `{{ $x := 1 }}`. */
export interface ActionNode {
  readonly kind: 'action';
  readonly span: Span;
  readonly pipe: Pipe;
}

/** `if`, `with` and `range`. An `else if` is a control in `otherwise`. */
export interface ControlNode {
  readonly kind: 'if' | 'with' | 'range';
  /** The opening action. */
  readonly span: Span;
  readonly pipe: Pipe;
  readonly body: readonly TemplateNode[];
  /** `undefined` without `else`. */
  readonly otherwise: readonly TemplateNode[] | undefined;
  /** False where the text ended, or broke, before its `{{ end }}`. */
  readonly closed: boolean;
}

/** `define` and `block`; a block has the pipeline that it runs with. */
export interface DefineNode {
  readonly kind: 'define' | 'block';
  readonly span: Span;
  readonly name: string;
  readonly pipe: Pipe | undefined;
  readonly body: readonly TemplateNode[];
  readonly closed: boolean;
}

export interface TemplateCallNode {
  readonly kind: 'template';
  readonly span: Span;
  readonly name: string;
  readonly pipe: Pipe | undefined;
}

export interface JumpNode {
  readonly kind: 'break' | 'continue';
  readonly span: Span;
}

export interface Pipe {
  readonly span: Span;
  /** Variables set by it: `$x :=`, or `$i, $x :=` of a range. */
  readonly declares: readonly Name[];
  /** True for `=`, which sets variables that exist. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly span: Span;
  readonly args: readonly Operand[];
}

export type Operand =
  | { readonly kind: 'dot' | 'nil'; readonly span: Span }
  | { readonly kind: 'bool'; readonly span: Span; readonly value: boolean }
  | { readonly kind: 'number' | 'char'; readonly span: Span; readonly text: string }
  | { readonly kind: 'string'; readonly span: Span; readonly value: string }
  | { readonly kind: 'function'; readonly span: Span; readonly name: string }
  /** `.a.b` */
  | { readonly kind: 'field'; readonly span: Span; readonly names: readonly Name[] }
  /** `$`, `$x`, `$x.a.b`; the name has its `$`. */
  | { readonly kind: 'variable'; readonly span: Span; readonly name: Name; readonly names: readonly Name[] }
  /** `( … )`, perhaps with fields after it. */
  | { readonly kind: 'group'; readonly span: Span; readonly pipe: Pipe; readonly names: readonly Name[] }
  /** A function with fields after it: `$f.x` is a variable, `now.Year` is this. */
  | { readonly kind: 'chain'; readonly span: Span; readonly of: Operand; readonly names: readonly Name[] };

/** A name and where it stands, without its dot. */
export interface Name {
  readonly name: string;
  readonly span: Span;
}

export interface TemplateError {
  /** Go's words without the `template: base:1: ` before them. */
  readonly message: string;
  /** One-based, as Go counts it for this error. */
  readonly line: number;
  readonly span: Span;
  /** The function that does not exist, for "did you mean". */
  readonly unknownFunction?: string;
  readonly unknownVariable?: string;
  /** A limit of ours, not Go's: say nothing, the library decides. */
  readonly limit?: true;
}

export interface ParsedTemplate {
  readonly text: string;
  readonly nodes: readonly TemplateNode[];
  /** Go stops at its first error, and so do we: empty or one. */
  readonly errors: readonly TemplateError[];
}
