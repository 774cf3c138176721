import { isObject, type JsonObject } from '../text/json.ts';
import type { RenderedManifest, RenderFinding, Scope } from './rendering.ts';
import { type Scopes, scopesFor } from './scopes.ts';
import { kindOf, mark, type Tracking } from './tracking.ts';
import { objectIn, textIn } from './words.ts';

export interface Finished {
  readonly manifests: readonly RenderedManifest[];
  readonly findings: readonly RenderFinding[];
}

/**
 * What the controller does with the manifests of all sources before it compares them (argo-cd:controller/state.go, NormalizeTargetObjects):
 * namespaces, tracking of what got another namespace, and of doubles the last one only.
 */
export function finish(
  manifests: readonly RenderedManifest[],
  tracking: Tracking,
  scopeOf: ((group: string, kind: string) => Scope | undefined) | undefined,
): Finished {
  const scopes = scopesFor(
    manifests.map(it => it.object),
    scopeOf,
  );
  const placed = manifests.map(it => ({ ...it, object: withNamespace(it.object, scopes, tracking) }));
  const byKey = new Map<string, RenderedManifest[]>();
  for (const [at, manifest] of placed.entries()) {
    const key = keyOf(manifest.object, at);
    byKey.set(key, [...(byKey.get(key) ?? []), manifest]);
  }
  const last = new Set([...byKey.values()].map(copies => copies.at(-1)));
  return {
    manifests: placed.filter(it => last.has(it)),
    findings: [...byKey].flatMap(([key, copies]) => (copies.length > 1 ? [repeated(key, copies)] : [])),
  };
}

function withNamespace(object: JsonObject, scopes: Scopes, tracking: Tracking): JsonObject {
  const { group, kind } = kindOf(object);
  const metadata = objectIn(object.metadata);
  const namespace = textIn(metadata.namespace);
  const namespaced = scopes(group, kind) === 'Namespaced';
  if (namespaced === (namespace !== '')) return object;
  const { namespace: _, ...others } = metadata;
  const wanted = namespaced && tracking.namespace !== '' ? { ...others, namespace: tracking.namespace } : others;
  const placed = { ...object, metadata: wanted };
  // Argo CD marks even a CRD here, if it names a namespace; and what has no namespace is marked with the destination's all the same.
  return tracking.labelKey === '' ? placed : mark(placed, tracking);
}

function keyOf(object: JsonObject, at: number): string {
  const { group, kind } = kindOf(object);
  const metadata = objectIn(object.metadata);
  const generated = textIn(metadata.generateName);
  const name = textIn(metadata.name) || (generated === '' ? '' : `${generated}${at}`);
  return `${group}/${kind}/${textIn(metadata.namespace)}/${name}`;
}

function repeated(key: string, copies: readonly RenderedManifest[]): RenderFinding {
  const last = copies.at(-1);
  const files = [...new Set(copies.flatMap(it => it.file ?? []))];
  const where = files.length > 0 ? ` They stand in ${files.join(', ')};` : '';
  return {
    code: 'repeated-resource',
    severity: 'warning',
    message: `Resource ${key} appeared ${copies.length} times among application resources.${where} ${where === '' ? 'Only' : 'only'} the last one counts: remove the others.`,
    source: last?.source ?? 0,
    ...(last?.file === undefined ? {} : { file: last.file }),
    ...(last && isObject(last.object) ? { about: aboutOf(last.object) } : {}),
  };
}

export function aboutOf(object: JsonObject): NonNullable<RenderFinding['about']> {
  const metadata = objectIn(object.metadata);
  return {
    apiVersion: textIn(object.apiVersion),
    kind: textIn(object.kind),
    namespace: textIn(metadata.namespace),
    name: textIn(metadata.name),
  };
}
