/**
 * Go types as Argo CD declares them, in the order of their fields: the order in which templates are rendered (so which error comes
 * first), what is dropped when empty, and how lists merge in a strategic merge patch.
 */
export type Shape =
  | { readonly kind: 'string' | 'bool' | 'raw' | 'intOrString' }
  /** Kept as written and never rendered: times, `status`. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'int'; readonly type: 'int64' | 'int32' | 'int' }
  | { readonly kind: 'list'; readonly of: Shape; readonly type: string }
  | { readonly kind: 'map'; readonly of: Shape; readonly type: string }
  | StructShape;

export interface StructShape {
  readonly kind: 'struct';
  /** The bare name, as decoding errors have it. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** Written even when empty (no `omitempty`). */
  readonly always: boolean;
  /** A Go pointer: present and empty differs from absent. */
  readonly pointer: boolean;
  readonly patch: PatchRule | undefined;
}

export interface PatchRule {
  readonly strategy: 'merge' | 'replace';
  readonly mergeKey?: string;
}

export const string: Shape = { kind: 'string' };
export const bool: Shape = { kind: 'bool' };
/** Any JSON: `apiextensionsv1.JSON`, `runtime.RawExtension`. */
export const raw: Shape = { kind: 'raw' };
export const opaque: Shape = { kind: 'opaque' };
export const intOrString: Shape = { kind: 'intOrString' };
export const int64: Shape = { kind: 'int', type: 'int64' };

export function list(of: Shape, type = `[]${goType(of)}`): Shape {
  return { kind: 'list', of, type };
}

export function map(of: Shape): Shape {
  return { kind: 'map', of, type: `map[string]${goType(of)}` };
}

export const strings = list(string);
export const stringMap = map(string);

interface FieldOptions {
  readonly always?: boolean;
  readonly pointer?: boolean;
  readonly patch?: PatchRule;
}
type Declared = Shape | { readonly shape: Shape; readonly options: FieldOptions };

/** Written even when empty. */
export const always = (shape: Shape, options: FieldOptions = {}): Declared => ({
  shape,
  options: { ...options, always: true },
});
export const pointerTo = (shape: Shape): Declared => ({ shape, options: { pointer: true } });
export const patched = (shape: Shape, patch: PatchRule): Declared => ({ shape, options: { patch } });

export function struct(name: string, declared: Readonly<Record<string, Declared>>): StructShape {
  const fields = Object.entries(declared).map(([fieldName, value]): Field => {
    const { shape, options } = 'options' in value ? value : { shape: value, options: {} as FieldOptions };
    return {
      name: fieldName,
      shape,
      always: options.always ?? false,
      pointer: options.pointer ?? false,
      patch: options.patch,
    };
  });
  return { kind: 'struct', name, fields, byName: new Map(fields.map(field => [field.name, field])) };
}

/** The type as encoding/json names it in "cannot unmarshal … of type …". */
export function goType(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
    case 'bool':
      return shape.kind;
    case 'int':
    case 'list':
    case 'map':
      return shape.type;
    case 'struct':
      return META.has(shape.name) ? `v1.${shape.name}` : `v1alpha1.${shape.name}`;
    case 'intOrString':
      return 'intstr.IntOrString';
    default:
      return 'interface {}';
  }
}

const META = new Set(['ObjectMeta', 'LabelSelector', 'LabelSelectorRequirement', 'OwnerReference']);
