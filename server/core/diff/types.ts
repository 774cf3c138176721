import type { Json, JsonObject } from '../text/json.ts';

/**
 * What Go knows of the kinds that Kubernetes has built in. Argo CD decodes objects into these types and encodes them again before it compares
 * them, so that `cpu: 0.1` equals `100m` (argo-cd:gitops-engine/pkg/diff/diff.go, remarshal). Made from dist/kubernetesTypes.json.
 */
export interface KubernetesTypes {
  /** `undefined`: a kind that is not built in; its objects are plain JSON. */
  typeOf(apiVersion: string, kind: string): StructType | undefined;
  /** By package and name, such as `k8s.io/api/core/v1.PodSpec`. */
  named(name: string): GoType | undefined;
  /** Types of structured merge by name (`io.k8s.api.apps.v1.Deployment`), as client-go declares them. */
  readonly merge: JsonObject;
}

export type GoType =
  | { readonly kind: 'text' | 'boolean' | 'float' | 'bytes' }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'pointer'; readonly to: GoType }
  | { readonly kind: 'list'; readonly of: GoType }
  | { readonly kind: 'map'; readonly of: GoType }
  | StructType
  /** A type that reads and writes itself: `Quantity`, `Time`, `IntOrString`, … */
  | { readonly kind: 'own'; readonly name: string };

export interface StructType {
  readonly kind: 'struct';
  /** `k8s.io/api/apps/v1.Deployment` */
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldType>;
  /** As encoding/json finds a field that is written in other case. */
  readonly folded: ReadonlyMap<string, FieldType>;
}

export interface FieldType {
  readonly name: string;
  readonly type: GoType;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  /** `merge`, `replace`, `retainKeys`. */
  readonly strategies: readonly string[];
  /** Empty for lists of texts and for what is not merged. */
  readonly mergeKey: string;
}

interface Source {
  readonly kinds: Readonly<Record<string, number>>;
  readonly names: readonly string[];
  readonly types: readonly (readonly (readonly string[])[])[];
  readonly merge: JsonObject;
}

/** `json` is the parsed dist/kubernetesTypes.json. Anything else gives no types: every object is then plain JSON. */
export function typesFrom(json: unknown): KubernetesTypes {
  const source = sourceOf(json);
  const made = new Map<number, StructType>();
  const indices = new Map(source.names.map((name, i) => [name, i]));

  const structOf = (index: number): StructType => {
    const known = made.get(index);
    if (known) return known;
    const fields = new Map<string, FieldType>();
    const folded = new Map<string, FieldType>();
    const type: StructType = { kind: 'struct', name: source.names[index] ?? '', fields, folded };
    // Before its fields: JSONSchemaProps and the like hold themselves.
    made.set(index, type);
    for (const [name = '', of = '', omit = '', strategies = '', mergeKey = ''] of source.types[index] ?? []) {
      const field: FieldType = {
        name,
        type: typeFrom(of),
        omitEmpty: omit.includes('omitempty'),
        omitZero: omit.includes('omitzero'),
        strategies: strategies === '' ? [] : strategies.split(','),
        mergeKey,
      };
      fields.set(name, field);
      folded.set(name.toLowerCase(), field);
    }
    return type;
  };

  const typeFrom = (text: string): GoType => {
    const rest = text.slice(1);
    switch (text[0]) {
      case '*':
        return { kind: 'pointer', to: typeFrom(rest) };
      case '[':
        return { kind: 'list', of: typeFrom(rest) };
      case '{':
        return { kind: 'map', of: typeFrom(rest) };
      case '#':
        return structOf(Number(rest));
      case '!':
        return { kind: 'own', name: rest };
      default:
        return scalars[text] ?? { kind: 'text' };
    }
  };

  return {
    merge: source.merge,
    typeOf: (apiVersion, kind) => {
      const index = source.kinds[`${apiVersion}/${kind}`];
      return index === undefined ? undefined : structOf(index);
    },
    named: name => {
      const index = indices.get(name);
      return index === undefined ? undefined : structOf(index);
    },
  };
}

const scalars: Readonly<Record<string, GoType>> = {
  string: { kind: 'text' },
  bool: { kind: 'boolean' },
  bytes: { kind: 'bytes' },
  float64: { kind: 'float' },
  uint8: { kind: 'integer', least: 0, most: 255 },
  int32: { kind: 'integer', least: -(2 ** 31), most: 2 ** 31 - 1 },
  int64: { kind: 'integer', least: -(2 ** 63), most: 2 ** 63 },
};

function sourceOf(json: unknown): Source {
  const nothing: Source = { kinds: {}, names: [], types: [], merge: {} };
  return typeof json === 'object' && json !== null && 'kinds' in json && 'types' in json && 'merge' in json
    ? (json as Source)
    : nothing;
}

/** A JSON object while it is being made. */
export type Draft = Record<string, Json>;
