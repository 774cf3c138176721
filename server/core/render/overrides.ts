import type { Facts } from '../facts/facts.ts';
import { applicationSource } from '../model/application/shape.ts';
import { decode } from '../model/go/decode.ts';
import { encode } from '../model/go/encode.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { type Content, joined, textOf } from './content.ts';
import { absolute, convertYaml, shown } from './library.ts';
import { Refused } from './stop.ts';
import { textIn } from './words.ts';

/**
 * `.argocd-source.yaml` and `.argocd-source-<application>.yaml` beside the manifests change the source, but for where it comes from
 * (argo-cd:reposerver/repository/repository.go, mergeSourceParameters).
 */
export function withOverrides(
  source: JsonObject,
  content: Content,
  path: string,
  appName: string,
  facts: Facts,
): JsonObject {
  const names = ['.argocd-source.yaml', ...(appName === '' ? [] : [`.argocd-source-${appName}.yaml`])];
  const files = names.map(name => joined(path, name)).filter(file => content.kindOf(file) === 'file');
  if (files.length === 0) return source;
  const patches = convertYaml(content.read(files).map(textOf), facts);
  let merged = source;
  for (const [at, file] of files.entries()) {
    const patch = patches[at];
    const refuse = (why: string) =>
      new Refused(`error while parsing source parameters: ${shown(absolute(file))}: ${why}`);
    if (!patch || 'error' in patch) throw refuse(patch?.error ?? 'no answer');
    const decoded = decode(applicationSource, patched(encode(applicationSource, merged), patch.value, refuse));
    if (decoded.error !== undefined) throw refuse(decoded.error);
    merged = decodedOnto(merged, decoded.value);
  }
  const { chart: _chart, path: _path, repoURL: _repoURL, targetRevision: _revision, ...rest } = merged;
  const kept: Record<string, Json> = {};
  for (const field of ['chart', 'path', 'repoURL', 'targetRevision'])
    if (textIn(source[field]) !== '') kept[field] = textIn(source[field]);
  return { ...rest, ...kept };
}

/** A list takes the place of everything, and an empty file is no patch (evanphx/json-patch:merge.go). */
function patched(source: JsonObject, patch: Json, refuse: (why: string) => Refused): Json {
  if (isObject(patch)) return mergePatch(source, patch);
  if (Array.isArray(patch)) return patch;
  throw refuse('Invalid JSON Patch');
}

/** RFC 7396. */
function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? mergePatch(isObject(before) ? before : {}, value) : value;
  }
  return merged;
}

/**
 * Argo CD decodes the patched source into the struct that it had, and so what a patch takes away stays: a field set to `null`, an entry of a
 * map, and in lists the fields that the element at the same place had and the new one does not name. Free JSON alone is replaced.
 */
function decodedOnto(before: Json | undefined, after: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...(isObject(before) ? before : {}) };
  for (const [key, value] of Object.entries(after)) {
    if (key === 'valuesObject') merged[key] = value;
    else merged[key] = valueOnto(merged[key], value);
  }
  return merged;
}

function valueOnto(before: Json | undefined, after: Json): Json {
  if (isObject(after)) return decodedOnto(before, after);
  if (!Array.isArray(after)) return after;
  const earlier: readonly Json[] = Array.isArray(before) ? before : [];
  return (after as readonly Json[]).map((item, at) => valueOnto(earlier[at], item));
}
