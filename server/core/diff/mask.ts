import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { goJson } from './goJson.ts';
import { groupKindOf, objectAt, textAt, withValue } from './json.ts';
import { lastAppliedAnnotation, lastAppliedOf } from './lastApplied.ts';
import { normalizedSecret } from './normalizers/secret.ts';
import type { Draft, KubernetesTypes } from './types.ts';

const shortest = '++++++++';
const longer = '++++';

export interface Masked {
  readonly target?: JsonObject;
  readonly live?: JsonObject;
}

/**
 * Values of Secrets as pluses: equal values of a key get equal masks, each other value four pluses more, so that a change can be seen and
 * nothing else (argo-cd:gitops-engine/pkg/diff/diff.go, HideSecretData). Objects of other kinds stay as they are. Of a Secret's annotations
 * those are masked that argocd-cm calls sensitive.
 */
export function maskSecrets(
  pair: Masked,
  types: KubernetesTypes,
  sensitiveAnnotations: readonly string[] = [],
): Masked {
  const isSecret = [pair.target, pair.live].some(it => it && isSecretObject(it));
  if (!isSecret) return pair;
  // What live will become carries the same note of the last apply as live, which Argo CD's target never does.
  const all = [pair.target, pair.live, lastAppliedOf(pair.live), lastAppliedOf(pair.target)];
  const given = all.map(it => it && normalizedSecretIfOne(it, types));
  const keys = new Set(given.flatMap(it => Object.keys(objectAt(it ?? {}, 'data') ?? {})));
  const data = hidden(given, [...keys], ['data']);
  const [target, live, ofLive, ofTarget] = hidden(data, sensitiveAnnotations, ['metadata', 'annotations']);
  return {
    ...(target && { target: withMaskedNote(target, ofTarget, sensitiveAnnotations) }),
    ...(live && { live: withMaskedNote(live, ofLive, sensitiveAnnotations) }),
  };
}

/** A note that cannot be read stays as it is in Argo CD; it may be a Secret's whole text, so it is covered here. */
function withMaskedNote(object: JsonObject, applied: JsonObject | undefined, sensitive: readonly string[]): JsonObject {
  if (textAt(object, 'metadata', 'annotations', lastAppliedAnnotation) === '') return object;
  const text = !applied || sensitive.includes(lastAppliedAnnotation) ? shortest : goJson(applied);
  return withValue(object, ['metadata', 'annotations', lastAppliedAnnotation], text);
}

export function isSecretObject(object: JsonObject): boolean {
  const { group, kind } = groupKindOf(object);
  return group === '' && kind === 'Secret';
}

/** An error of a comparison as people may read it: those of Secrets can quote a value. */
export function shownError({ target, live }: Masked, error: string): string {
  const ofSecret = [target, live].some(it => it && isSecretObject(it));
  return ofSecret ? 'its data is not what a Secret can hold; each value of `data` is base64.' : error;
}

function normalizedSecretIfOne(object: JsonObject, types: KubernetesTypes): JsonObject {
  if (!isSecretObject(object)) return object;
  const normal = normalizedSecret(object, types);
  // What the API server would refuse is still no text to be shown.
  return isObject(normal.stringData) ? withValue(normal, ['stringData'], undefined) : normal;
}

function hidden(
  objects: readonly (JsonObject | undefined)[],
  keys: readonly string[],
  path: readonly string[],
): readonly (JsonObject | undefined)[] {
  const values = objects.map(it => (it ? objectAt(it, ...path) : undefined));
  const masked = values.map((it): Draft | undefined => (it ? { ...it } : undefined));
  for (const key of keys) {
    const masks = new Map<string, string>();
    for (const [i, map] of values.entries()) {
      if (!map || !Object.hasOwn(map, key)) continue;
      const value = textOf(map[key] ?? null);
      const mask = masks.get(value) ?? shortest + longer.repeat(masks.size);
      masks.set(value, mask);
      const target = masked[i];
      if (target) target[key] = mask;
    }
  }
  return objects.map((it, i) => {
    const map = masked[i];
    return it && map ? withValue(it, path, map) : it;
  });
}

const textOf = (value: Json): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
