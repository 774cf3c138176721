/** The forms Kubernetes asks of names, with its sentences (apimachinery: pkg/util/validation/validation.go). Empty: the name is fine. */

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const envName = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const configKey = '[-._a-zA-Z0-9]+';
const headerName = '[-A-Za-z0-9]+';

export function labelProblems(value: string): readonly string[] {
  const problems = tooLong(value, 63);
  if (whole(label).test(value)) return problems;
  if (whole(subdomain).test(value)) return [...problems, 'must not contain dots'];
  return [
    ...problems,
    form(
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      label,
      ['my-name', '123-abc'],
    ),
  ];
}

export function subdomainProblems(value: string): readonly string[] {
  const problems = tooLong(value, 253);
  if (whole(subdomain).test(value)) return problems;
  return [
    ...problems,
    form(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      subdomain,
      ['example.com'],
    ),
  ];
}

/** Keys of labels and annotations: `name` or `example.com/name`. */
export function qualifiedNameProblems(value: string): readonly string[] {
  const parts = value.split('/');
  const shape = form(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    qualified,
    ['MyName', 'my.name', '123-abc'],
  );
  if (parts.length > 2) {
    return [`a qualified name ${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const [prefix, name] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [undefined, value];
  return [
    ...(prefix === undefined ? [] : prefix === '' ? ['must be non-empty'] : subdomainProblems(prefix)).map(
      it => `prefix part ${it}`,
    ),
    ...(name === '' ? ['must be non-empty'] : tooLong(name, 63)).map(it => `name part ${it}`),
    ...(whole(qualified).test(name) ? [] : [`name part ${shape}`]),
  ];
}

export function labelValueProblems(value: string): readonly string[] {
  const problems = tooLong(value, 63);
  if (whole(`(${qualified})?`).test(value)) return problems;
  return [
    ...problems,
    form(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      `(${qualified})?`,
      ['MyValue', 'my_value', '12345'],
    ),
  ];
}

export function portNumberProblems(value: number): readonly string[] {
  return value >= 1 && value <= 65535 ? [] : [rangeSentence(1, 65535)];
}

export function portNameProblems(value: string): readonly string[] {
  return [
    ...tooLong(value, 15),
    ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
    ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(value.startsWith('-') || value.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
  ];
}

export function envNameProblems(value: string): readonly string[] {
  const fine = whole(envName).test(value);
  const sentence = form(
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
    envName,
    ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
  );
  return [...(fine ? [] : [sentence]), ...dotted(value)];
}

export function configKeyProblems(value: string): readonly string[] {
  const fine = whole(configKey).test(value);
  const sentence = form("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", configKey, [
    'key.name',
    'KEY_NAME',
    'key-name',
  ]);
  return [...tooLong(value, 253), ...(fine ? [] : [sentence]), ...dotted(value)];
}

export function headerNameProblems(value: string): readonly string[] {
  if (whole(headerName).test(value)) return [];
  return [form("a valid HTTP header must consist of alphanumeric characters or '-'", headerName, ['X-Header-Name'])];
}

export function rangeSentence(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

function dotted(value: string): readonly string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

function tooLong(value: string, most: number): readonly string[] {
  return byteLength(value) > most ? [`must be no more than ${most} characters`] : [];
}

/** Go counts the bytes of UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Without the m flag `$` in JavaScript is the very end, as Go's is. No name is that long, and backtracking would take its time. */
function whole(pattern: string): { test(text: string): boolean } {
  const expression = new RegExp(`^(?:${pattern})$`);
  return { test: text => text.length < 4096 && expression.test(text) };
}

function form(sentence: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map(it => `'${it}', `).join(' or ');
  return `${sentence} (e.g. ${shown}regex used for validation is '${pattern}')`;
}
