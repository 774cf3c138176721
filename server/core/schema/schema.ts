/** What the API server holds a kind to, in the shape that the validator walks. Made by `catalogFrom`; definitions may contain themselves. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  /** The kind, where this is the schema of a whole object: the API server demands a name of it. */
  readonly kind?: string;
  /** What the value may be; empty: anything, and nothing inside is looked at. */
  readonly types: readonly ValueType[];
  /** The fields of an object. An object without fields is a map of `values`, or free where that is absent, too. */
  readonly properties?: ReadonlyMap<string, Schema>;
  readonly required: readonly string[];
  /** Fields that only newer versions of Argo CD know, with the first of them. */
  readonly later: ReadonlyMap<string, string>;
  readonly values?: Schema;
  readonly items?: Schema;
  readonly choices?: readonly string[];
  /** An empty string counts as not set, as in Kubernetes' own types. */
  readonly emptyIsUnset: boolean;
  /** Read by a controller and not by the API server: nothing inside is demanded. */
  readonly lenient: boolean;
  readonly bounds?: Bounds;
}

export type ValueType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';

export interface Bounds {
  readonly pattern?: RegExp;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Only objects: how many fields may be set. */
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** RFC 3339, as Go's time.Time reads it. */
  readonly dateTime?: boolean;
}
