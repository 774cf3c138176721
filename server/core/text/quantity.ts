/**
 * Kubernetes quantities (`100m`, `1.5Gi`, `2e3`), as far as validation compares them. Exact: an integer count of 10^-9, by which
 * Kubernetes rounds up anyway (apimachinery: pkg/api/resource/quantity.go).
 */
export type Quantity = { readonly nano: bigint } | { readonly error: string };

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

export function parseQuantity(text: string): Quantity {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (text === '' || !match) return { error: wrongFormat };
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const scale = scaleOf(suffix);
  if (!scale) return { error: wrongSuffix };
  const digits = BigInt(`${whole}${fraction}` === '' ? '0' : `${whole}${fraction}`);
  const power = scale.ten + 9 - fraction.length;
  const times = digits << BigInt(scale.two);
  const nano = power >= 0 ? times * 10n ** BigInt(Math.min(power, 60)) : divideUp(times, 10n ** BigInt(-power));
  return { nano: sign === '-' ? -nano : nano };
}

function scaleOf(suffix: string): { readonly ten: number; readonly two: number } | undefined {
  const two = binary[suffix];
  if (two !== undefined) return { ten: 0, two };
  const ten = decimal[suffix];
  if (ten !== undefined) return { ten, two: 0 };
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1];
  return exponent === undefined ? undefined : { ten: Number(exponent), two: 0 };
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

/** As Kubernetes prints it: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`. A text that is no quantity stays as it is. */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text);
  if ('error' in quantity) return text;
  const suffix = /[a-zA-Z]*$/.exec(text)?.[0] ?? '';
  if (/[eE][-+]?\d+$/.test(text)) return text;
  const { nano } = quantity;
  return suffix in binary && nano % 1_000_000_000n === 0n
    ? inUnits(nano / 1_000_000_000n, 1024n, ['', ...Object.keys(binary)])
    : inUnits(nano, 1000n, ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']);
}

function inUnits(amount: bigint, step: bigint, units: readonly string[]): string {
  if (amount === 0n) return '0';
  let [rest, unit] = [amount, 0];
  while (rest % step === 0n && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  return `${rest}${units[unit] ?? ''}`;
}
