import type { DocumentOptions, ParseOptions, Scalar, SchemaOptions, Tags } from 'yaml';

const notInGo = new Set(['timestamp', 'omap', 'pairs', 'set', 'binary'].map(name => `tag:yaml.org,2002:${name}`));

/**
 * How sigs.k8s.io/yaml (go-yaml 2) reads a manifest: YAML 1.1 booleans and octals (`on`, `012`), but dates, sexagesimals and `!!binary`
 * stay text. Repeated keys are no error here: the last wins, and a rule tells the author (Argo CD reads them the same way).
 */
export const manifestOptions: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  keepSourceTokens: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  customTags: (tags: Tags): Tags =>
    tags.filter(
      tag => typeof tag === 'string' || !(notInGo.has(tag.tag) || (tag as { format?: string }).format === 'TIME'),
    ),
};

/** What a scalar is worth. Quotes, block styles and `!!str` make text; an untagged plain scalar is read by `plainValue`. */
export function scalarValue(node: Scalar): string | number | boolean | null {
  if (node.type === 'PLAIN' && node.tag === undefined && node.source !== undefined) return plainValue(node.source);
  const { value } = node;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

const words = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(it => [it, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(it => [it, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map(it => [it, null] as const),
  // JSON has no word for them; the conversion to JSON fails in Go.
  ...['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'].map(
    it => [it, null] as const,
  ),
]);

/** An untagged plain scalar, by go-yaml 2's rules (go.yaml.in/yaml:v2/resolve.go). */
export function plainValue(source: string): string | number | boolean | null {
  const word = words.get(source);
  if (word !== undefined) return word;
  const first = source.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (!isDigit && first !== 43 && first !== 45 && first !== 46) return source;
  if (/^\d{4}-/.test(source)) return source;
  const digits = first === 46 ? source : source.replaceAll('_', '');
  return integer(digits) ?? (decimal.test(digits) ? Number(digits) : source);
}

const decimal = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/** Go's `strconv.ParseInt(text, 0, 64)`: base by prefix, a leading zero is octal. `08` is no integer (and then a float). */
function integer(text: string): number | undefined {
  const parts = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9]\d*))$/.exec(text);
  if (!parts) return undefined;
  const [, sign, hexadecimal, octal, binary, plain] = parts;
  const value =
    hexadecimal !== undefined
      ? Number.parseInt(hexadecimal, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : binary !== undefined
          ? Number.parseInt(binary, 2)
          : Number(plain);
  return sign === '-' && value !== 0 ? -value : value;
}
