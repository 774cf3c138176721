import type { Facts } from '../facts/facts.ts';
import { type ScannedJson, scanJson } from '../generate/go/jsonError.ts';
import { goJson, goQuote } from '../generate/go/print.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { readJson } from './jsonText.ts';
import { convertYaml } from './library.ts';
import { Refused } from './stop.ts';

/**
 * Manifests as Argo CD's decoders read them: which documents a text has, what is an object at all, and what is said of what is none
 * (k8s.io/apimachinery:pkg/util/yaml/decoder.go, pkg/apis/meta/v1/unstructured/unstructured_list.go).
 */

/** A document that was read, or why it could not be; a document without anything in it is no entry. */
export type Decoded =
  | { readonly kind: 'object'; readonly object: JsonObject; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

/** All texts at once, so that one question to the library is enough. Reading of a text ends with its first error. */
export function decodeTexts(texts: readonly string[], facts: Facts): readonly (readonly Decoded[])[] {
  const pieces = texts.map(piecesOf);
  const yaml = pieces.flatMap(it => it.flatMap(piece => (piece.kind === 'yaml' ? [piece.text] : [])));
  const converted = new Map(yaml.length === 0 ? [] : convertYaml(yaml, facts).map((it, at) => [yaml[at], it]));
  return pieces.map(list => {
    const decoded: Decoded[] = [];
    for (const piece of list) {
      const found = piece.kind === 'yaml' ? fromYaml(piece, converted.get(piece.text)) : piece;
      if (found) decoded.push(found);
      if (found?.kind === 'error') break;
    }
    return decoded;
  });
}

/** What `helm template` and `kustomize build` print (argo-cd:gitops-engine/pkg/utils/kube/kube.go, SplitYAML). */
export function outputObjects(
  text: string,
  facts: Facts,
): readonly { readonly object: JsonObject; readonly text: string }[] {
  return (decodeTexts([text], facts)[0] ?? []).map(it => {
    if (it.kind === 'error') throw new Refused(`failed to unmarshal manifest: ${it.message}`);
    return it;
  });
}

type Piece =
  | Decoded
  /** `instead`: the JSON decoder's words, which come first where YAML fails too. */
  | { readonly kind: 'yaml'; readonly text: string; readonly instead?: string };

function piecesOf(text: string): readonly Piece[] {
  return /^\s*\{/.test(text) ? jsonPieces(text) : yamlPieces(text);
}

/** A text that begins like JSON is read as a stream of JSON objects; where that fails before the second object, the rest is read as YAML. */
function jsonPieces(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const scanned = scanJson(text, at);
    if (scanned.kind === 'end') return pieces;
    const raw = scanned.kind === 'value' ? text.slice(at, scanned.end).trim() : '';
    const decoded = scanned.kind === 'value' ? objectFromJson(raw, text) : syntaxError(scanned, text);
    if (decoded?.kind === 'error') {
      if (pieces.length > 1)
        return [...pieces, { kind: 'error', message: scanned.kind === 'error' ? scanned.message : decoded.message }];
      const rest = yamlPieces(text.slice(at).replace(/^[^\S\n]*\n?/, ''));
      const [first] = rest;
      if (!first) return [...pieces, decoded];
      return [...pieces, first.kind === 'yaml' ? { ...first, instead: decoded.message } : decoded, ...rest.slice(1)];
    }
    if (decoded) pieces.push(decoded);
    at = scanned.kind === 'value' ? scanned.end : text.length;
  }
}

function objectFromJson(raw: string, text: string): Decoded | undefined {
  const read = readJson(raw);
  return 'error' in read ? { kind: 'error', message: read.error } : objectFrom(read.value, raw, text);
}

function syntaxError(scanned: ScannedJson & { kind: 'error' }, text: string): Decoded {
  if (scanned.at === undefined) return { kind: 'error', message: scanned.message };
  return { kind: 'error', message: `json: offset ${bytesIn(text.slice(0, scanned.at)) + 1}: ${scanned.message}` };
}

/** Documents by lines that begin with `---`; only a comment may follow on such a line. Line ends become `\n`. */
function yamlPieces(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let lines = '';
  const end = () => {
    if (lines !== '') pieces.push({ kind: 'yaml', text: lines });
    lines = '';
  };
  const all = text.split('\n').map(line => line.replace(/\r$/, ''));
  if (all.at(-1) === '') all.pop();
  for (const line of all) {
    if (!line.startsWith('---')) {
      lines += `${line}\n`;
      continue;
    }
    const after = line.slice(3).trim();
    if (after !== '' && !after.startsWith('#'))
      return [...pieces, { kind: 'error', message: `invalid Yaml document separator: ${after}` }];
    // Before the first document the separator belongs to it.
    const first = lines === '';
    end();
    if (first) lines = `${line}\n`;
  }
  end();
  return pieces;
}

function fromYaml(
  piece: Piece & { kind: 'yaml' },
  converted: { readonly value: Json } | { readonly error: string } | undefined,
): Decoded | undefined {
  const decoded = decodedYaml(piece.text, converted);
  return decoded?.kind === 'error' && piece.instead !== undefined ? { kind: 'error', message: piece.instead } : decoded;
}

function decodedYaml(
  text: string,
  converted: { readonly value: Json } | { readonly error: string } | undefined,
): Decoded | undefined {
  if (!converted || 'error' in converted)
    return { kind: 'error', message: `error converting YAML to JSON: ${converted?.error ?? 'no answer'}` };
  const decoded = objectFrom(converted.value, undefined, text);
  return decoded?.kind === 'error'
    ? { kind: 'error', message: `error unmarshaling JSON: while decoding JSON: ${decoded.message}` }
    : decoded;
}

/** An object has a kind; `null` is nothing. `raw`: the JSON as it was written, where it was JSON. */
export function objectFrom(value: Json, raw: string | undefined, text: string): Decoded | undefined {
  if (value === null) return undefined;
  if (!isObject(value))
    return {
      kind: 'error',
      message: `json: cannot unmarshal ${typeName(value)} into Go value of type map[string]interface {}`,
    };
  if (!hasKind(value)) return { kind: 'error', message: missingKind(raw ?? goJson(value)) };
  return { kind: 'object', object: value, text };
}

export function missingKind(raw: string): string {
  return `Object 'Kind' is missing in '${raw}'`;
}

/** An apiVersion with two slashes is no version, and then there is no kind either. */
export function hasKind(value: JsonObject): boolean {
  const version = typeof value.apiVersion === 'string' ? value.apiVersion : '';
  return typeof value.kind === 'string' && value.kind !== '' && version.split('/').length <= 2;
}

export function typeName(value: Json): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}

/** Lists stand for their items, one level deep (argo-cd:reposerver/repository/repository.go, GenerateManifests). */
export function itemsOf(object: JsonObject): readonly JsonObject[] {
  const { items } = object;
  if (Array.isArray(items)) {
    return (items as readonly Json[]).map(item => {
      if (!isObject(item)) throw new Refused('items member is not an object: map[string]interface {}');
      return item;
    });
  }
  const isNullList = items === null && object.spec === undefined && object.status === undefined;
  return isNullList ? [] : [object];
}

/** In UTF-8. */
function bytesIn(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export function failedPrecondition(message: string): Refused {
  return new Refused(`rpc error: code = FailedPrecondition desc = ${message}`);
}

export const quoted = goQuote;
