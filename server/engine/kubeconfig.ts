import { parseFile } from '../core/documents/parse.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';

/**
 * The contexts that the user picked, as the cluster Secrets that `argocd cluster add` would make of them (argo-cd:cmd/argocd/commands/cluster.go):
 * named after the context, without labels of its own. Nothing is contacted, and no credentials are taken over.
 */
export function secretsOfContexts(kubeconfigs: readonly string[], picked: readonly string[]): readonly JsonObject[] {
  const configs = kubeconfigs.flatMap((text, at) => parseFile(`kubeconfig ${at}`, text).documents.map(it => it.value));
  return picked.flatMap(name => {
    const context = entry(configs, 'contexts', name, 'context');
    const cluster =
      typeof context?.cluster === 'string' ? entry(configs, 'clusters', context.cluster, 'cluster') : undefined;
    return typeof cluster?.server === 'string' ? [secretFor(name, cluster.server)] : [];
  });
}

/** Of several files the first that has a name wins, as with kubectl. */
function entry(configs: readonly Json[], list: string, name: string, key: string): JsonObject | undefined {
  for (const config of configs) {
    const entries = isObject(config) ? config[list] : undefined;
    if (!Array.isArray(entries)) continue;
    const found = entries.find(it => isObject(it) && it.name === name);
    if (isObject(found) && isObject(found[key])) return found[key];
  }
  return undefined;
}

function secretFor(name: string, server: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
    stringData: { name, server },
  };
}
