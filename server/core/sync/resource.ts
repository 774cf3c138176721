import { isObject, type Json, type JsonObject } from '../text/json.ts';

/** How Argo CD names an object: group and kind without the version, so that a new version is the same object. */
export interface ResourceKey {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function keyOf(object: JsonObject): ResourceKey {
  return { group: groupOf(object), kind: kindOf(object), namespace: namespaceOf(object), name: nameOf(object) };
}

/** `apps/Deployment/shop/web`; the core group is empty. */
export function keyText({ group, kind, namespace, name }: ResourceKey): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

/** `ConfigMap shop/settings` */
export function keyWords({ kind, namespace, name }: ResourceKey): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

export function groupOf(object: JsonObject): string {
  const version = apiVersionOf(object);
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
}

export const apiVersionOf = (object: JsonObject): string => text(object.apiVersion);
export const kindOf = (object: JsonObject): string => text(object.kind);
export const nameOf = (object: JsonObject): string => text(metadataOf(object).name);
export const namespaceOf = (object: JsonObject): string => text(metadataOf(object).namespace);

export function metadataOf(object: JsonObject): JsonObject {
  return isObject(object.metadata) ? object.metadata : {};
}

export function annotationOf(object: JsonObject, name: string): string | undefined {
  const { annotations } = metadataOf(object);
  const value = isObject(annotations) ? annotations[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Items of a comma-separated annotation, trimmed, each once (argo-cd:gitops-engine/pkg/sync/resource/annotations.go). */
export function annotationItems(object: JsonObject, name: string): readonly string[] {
  const items = (annotationOf(object, name) ?? '').split(',').map(it => it.trim());
  return [...new Set(items)].filter(it => it !== '');
}

export function hasSyncOption(object: JsonObject | undefined, option: string): boolean {
  return object !== undefined && annotationItems(object, 'argocd.argoproj.io/sync-options').includes(option);
}

/** `confirm` of `Prune=confirm`; the first where there are several (argo-cd:gitops-engine/pkg/sync/resource/annotations.go). */
export function syncOptionValue(object: JsonObject, option: string): string | undefined {
  const found = annotationItems(object, 'argocd.argoproj.io/sync-options').find(it => it.startsWith(`${option}=`));
  return found?.slice(option.length + 1);
}

export function withMetadata(object: JsonObject, changes: { readonly [key: string]: Json }): JsonObject {
  return { ...object, metadata: { ...metadataOf(object), ...changes } };
}

export function isNamespace(object: JsonObject): boolean {
  return groupOf(object) === '' && kindOf(object) === 'Namespace';
}

export function isCustomResourceDefinition(object: JsonObject): boolean {
  return groupOf(object) === 'apiextensions.k8s.io' && kindOf(object) === 'CustomResourceDefinition';
}

/** `group/kind` that a CustomResourceDefinition declares. */
export function declaredKind(object: JsonObject): string | undefined {
  if (!isCustomResourceDefinition(object) || !isObject(object.spec) || !isObject(object.spec.names)) return undefined;
  const { group, names } = object.spec;
  return typeof group === 'string' && typeof names.kind === 'string' ? `${group}/${names.kind}` : undefined;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
