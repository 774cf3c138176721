import { isObject, type Json } from '../../core/text/json.ts';

/** What must not be read in a failure: the values that went along with a question about Secrets. */
export interface Secrets {
  readonly concerned: boolean;
  readonly values: readonly string[];
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export function secretsIn({ path, body }: { readonly path: string; readonly body?: unknown }): Secrets {
  const concerned = /\/api\/v1\/(?:namespaces\/[^/]+\/)?secrets(?:\/|$)/.test(path);
  if (!concerned) return { concerned, values: [] };
  const values = new Set<string>();
  collect(body as Json | undefined, values);
  // The longest first: a value may be part of another.
  return { concerned, values: [...values].sort((a, b) => b.length - a.length) };
}

/** Every text of the data, as it is written and as base64 hides it; a JSON patch may say it anywhere, so nothing but names is spared. */
function collect(value: Json | undefined, into: Set<string>, key = ''): void {
  if (Array.isArray(value)) {
    for (const it of value) collect(it, into, key);
    return;
  }
  if (isObject(value)) {
    for (const [name, it] of Object.entries(value)) {
      if (name === lastApplied && typeof it === 'string') into.add(it);
      if (!spared.has(name)) collect(it, into, name);
    }
    return;
  }
  if (typeof value !== 'string' && typeof value !== 'number') return;
  const text = String(value);
  if (text.length < 2) return;
  into.add(text);
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  if (decoded.length >= 2 && Buffer.from(decoded, 'utf8').toString('base64') === text) into.add(decoded);
}

const spared = new Set(['apiVersion', 'kind', 'metadata', 'type', 'op', 'path', 'from', 'immutable']);

/** What the API server and admission say, without values: those that were sent, and whatever it quotes as one. */
export function withoutSecrets(message: string, { concerned, values }: Secrets): string {
  if (!concerned) return message;
  let masked = message;
  for (const value of values) masked = masked.replaceAll(value, '(not shown)');
  return masked
    .replace(/((?:Invalid|Unsupported|Duplicate) value: )(?:"(?:[^"\\]|\\.)*"|[^:]*?)(?=: |, |$)/g, '$1(not shown)')
    .replace(/got &value\..*$/s, 'got something else (not shown)');
}
