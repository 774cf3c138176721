import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import { badRequest } from './status.ts';

export function metadataOf(object: JsonObject): JsonObject {
  return isObject(object.metadata) ? object.metadata : {};
}

export const nameOf = (object: JsonObject): string => text(metadataOf(object).name);
export const namespaceOf = (object: JsonObject): string => text(metadataOf(object).namespace);
export const uidOf = (object: JsonObject): string => text(metadataOf(object).uid);
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const number = (value: Json | undefined, otherwise = 0): number =>
  typeof value === 'number' ? value : otherwise;
export const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
export const objects = (value: Json | undefined): readonly JsonObject[] => list(value).filter(isObject);
export const texts = (value: Json | undefined): readonly string[] =>
  list(value).filter((it): it is string => typeof it === 'string');

export function at(value: Json | undefined, ...path: readonly string[]): JsonObject {
  let found: Json | undefined = value;
  for (const key of path) found = isObject(found) ? found[key] : undefined;
  return isObject(found) ? found : {};
}

export function withMetadata(object: JsonObject, change: { readonly [key: string]: Json | undefined }): JsonObject {
  const metadata: Record<string, Json> = { ...metadataOf(object) };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...object, metadata };
}

/** `{ app: web }` as a selector of labels. */
export function matchesLabels(labels: JsonObject, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** A label selector of a workload: matchLabels and matchExpressions. */
export function matchesSelector(labels: JsonObject, selector: JsonObject): boolean {
  return (
    matchesLabels(labels, at(selector, 'matchLabels')) &&
    objects(selector.matchExpressions).every(({ key, operator, values }) => {
      const value = labels[text(key)];
      const among = texts(values).includes(text(value));
      if (operator === 'In') return value !== undefined && among;
      if (operator === 'NotIn') return value === undefined || !among;
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
}

/** A selector as requests write it: `a=b,c!=d,e in (f,g),!h`. */
export function labelSelector(selector: string): (object: JsonObject) => boolean {
  const parts = selector.split(/,(?![^(]*\))/).filter(it => it.trim() !== '');
  const tests = parts.map(part => requirement(part.trim()));
  return object => {
    const labels = at(object, 'metadata', 'labels');
    return tests.every(it => it(labels));
  };
}

function requirement(part: string): (labels: JsonObject) => boolean {
  if (!/^!?[\w./-]+(\s*(==|!=|=)\s*[\w.-]*|\s+(not)?in\s*\([\w.,\s-]*\))?$/.test(part))
    throw badRequest(`unable to parse requirement: found '${part}', expected: an operator and a value, or a key`);
  const [, key, not, values] = /^(\S+)\s+(not)?in\s*\(([^)]*)\)$/.exec(part.replace(/\snotin\s/, ' notin ')) ?? [];
  if (key !== undefined) {
    const among = new Set((values ?? '').split(',').map(it => it.trim()));
    return labels => (labels[key] !== undefined && among.has(text(labels[key]))) !== (not !== undefined);
  }
  const [, name = part, operator, value = ''] = /^([^=!\s]+)\s*(==|=|!=)\s*(.*)$/.exec(part) ?? [];
  if (operator === '!=') return labels => labels[name] !== value;
  if (operator !== undefined) return labels => labels[name] === value;
  return part.startsWith('!') ? labels => labels[part.slice(1)] === undefined : labels => labels[part] !== undefined;
}

/** `metadata.name=a,spec.nodeName!=b`: any path of texts. */
export function fieldSelector(selector: string): (object: JsonObject) => boolean {
  const tests = selector
    .split(',')
    .filter(it => it.trim() !== '')
    .map(part => {
      const [, path = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim()) ?? [];
      const keys = path.split('.');
      return (object: JsonObject): boolean => {
        const found = at(object, ...keys.slice(0, -1))[keys.at(-1) ?? ''];
        const same = (found === undefined ? '' : String(found)) === value;
        return operator === '!=' ? !same : same;
      };
    });
  return object => tests.every(it => it(object));
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export const timeText = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace('.000Z', 'Z');
