import { annotationOf, groupOf, keyText, kindOf, metadataOf, nameOf, namespaceOf } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';

/** Who an object says it belongs to: by uid, or by key where Kubernetes keeps no reference (argo-cd:gitops-engine/pkg/cache/references.go). */
export interface Owners {
  readonly uids: readonly string[];
  readonly keys: readonly string[];
}

export function ownersOf(object: JsonObject): Owners {
  const { ownerReferences } = metadataOf(object);
  const uids = (Array.isArray(ownerReferences) ? ownerReferences : []).flatMap(it =>
    isObject(it) && typeof it.uid === 'string' ? [it.uid] : [],
  );
  if (uids.length > 0) return { uids, keys: [] };
  const namespace = namespaceOf(object);
  if (groupOf(object) === '' && kindOf(object) === 'Endpoints')
    return { uids, keys: [keyText({ group: '', kind: 'Service', namespace, name: nameOf(object) })] };
  const account = isTokenSecret(object) ? annotationOf(object, 'kubernetes.io/service-account.uid') : undefined;
  return { uids: account === undefined ? [] : [account], keys: [] };
}

export function isTokenSecret(object: JsonObject): boolean {
  return isSecret(object) && object.type === 'kubernetes.io/service-account-token';
}

export function isSecret(object: JsonObject): boolean {
  return groupOf(object) === '' && kindOf(object) === 'Secret';
}

export function isVolumeClaim(object: JsonObject): boolean {
  return groupOf(object) === '' && kindOf(object) === 'PersistentVolumeClaim';
}

/** A StatefulSet names its claims `<template>-<set>-<number>`, and leaves no reference in them. */
export function claimPrefixes(object: JsonObject): readonly string[] {
  if (groupOf(object) !== 'apps' || kindOf(object) !== 'StatefulSet') return [];
  const templates = isObject(object.spec) ? object.spec.volumeClaimTemplates : undefined;
  return (Array.isArray(templates) ? templates : []).flatMap(it =>
    isObject(it) && nameOf(it) !== '' ? [`${nameOf(it)}-${nameOf(object)}-`] : [],
  );
}

/** Kinds that grow below another: watched with it, because the first of them comes when nobody searches any more. */
export const growBelow: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': ['apps/ReplicaSet', '/Pod'],
  'apps/ReplicaSet': ['/Pod'],
  'apps/StatefulSet': ['/Pod', '/PersistentVolumeClaim', 'apps/ControllerRevision'],
  'apps/DaemonSet': ['/Pod', 'apps/ControllerRevision'],
  'batch/Job': ['/Pod'],
  'batch/CronJob': ['batch/Job', '/Pod'],
  '/ReplicationController': ['/Pod'],
  '/Service': ['/Endpoints', 'discovery.k8s.io/EndpointSlice'],
  'argoproj.io/Rollout': ['apps/ReplicaSet', '/Pod', 'argoproj.io/AnalysisRun', 'argoproj.io/Experiment'],
  'argoproj.io/Experiment': ['apps/ReplicaSet', '/Pod', 'argoproj.io/AnalysisRun'],
  'argoproj.io/ApplicationSet': ['argoproj.io/Application'],
  'bitnami.com/SealedSecret': ['/Secret'],
  'external-secrets.io/ExternalSecret': ['/Secret'],
  'cert-manager.io/Certificate': ['cert-manager.io/CertificateRequest', '/Secret'],
};
