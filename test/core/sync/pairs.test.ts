import { expect, it } from 'vitest';
import { defaultTracking } from '../../../server/core/model/tracking.ts';
import { pairsOf } from '../../../server/core/sync/pairs.ts';
import { keyOf, keyText } from '../../../server/core/sync/resource.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

/** Each line: what the pair is, in one word, and its key. */
function pair(targets: readonly JsonObject[], live: readonly JsonObject[]) {
  const { pairs, hooks, shared } = pairsOf({
    targets,
    live: new Map(live.map(it => [keyText(keyOf(it)), it])),
    instance: 'web',
    tracking: defaultTracking,
    namespace: 'shop',
    isNamespaced: (_, kind) => kind !== 'ClusterRole',
  });
  return {
    pairs: pairs.map(it => {
      const what = it.uncounted ?? (it.target && it.live ? 'both' : it.target ? 'wanted' : 'extra');
      return `${what} ${keyText(it.key)}${it.requiresPruning ? ' prune' : ''}`;
    }),
    hooks: hooks.map(it => keyText(keyOf(it))),
    shared: shared.map(it => `${keyText(it.key)} of ${it.application}`),
  };
}

function configMap(name: string, namespace: string | undefined, annotations: Record<string, string> = {}, more = {}) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), annotations, ...more },
  };
}

const tracked = (id: string) => ({ 'argocd.argoproj.io/tracking-id': id });

it('pairs by group, kind, namespace and name; the destination gives the namespace', () => {
  expect(pair([configMap('a', undefined), configMap('b', 'other')], [configMap('a', 'shop')]).pairs).toEqual([
    'both /ConfigMap/shop/a',
    'wanted /ConfigMap/other/b',
  ]);
});

it('cluster-scoped objects have no namespace, whatever the destination is', () => {
  const role = (metadata: JsonObject) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata,
  });
  expect(pair([role({ name: 'r', namespace: 'shop' })], [role({ name: 'r' })]).pairs).toEqual([
    'both rbac.authorization.k8s.io/ClusterRole//r',
  ]);
});

it('a new version of a group is the same object', () => {
  const ingress = (version: string) => ({
    apiVersion: `networking.k8s.io/${version}`,
    kind: 'Ingress',
    metadata: { name: 'i', namespace: 'shop' },
  });
  expect(pair([ingress('v1')], [ingress('v1beta1')]).pairs).toEqual(['both networking.k8s.io/Ingress/shop/i']);
});

it('what is tracked and not wanted any more is pruned', () => {
  expect(pair([], [configMap('old', 'shop', tracked('web:/ConfigMap:shop/old'))]).pairs).toEqual([
    'extra /ConfigMap/shop/old prune',
  ]);
});

it('a copy that carries the tracking id of another object is left alone', () => {
  expect(pair([], [configMap('copy', 'shop', tracked('web:/ConfigMap:shop/old'))]).pairs).toEqual([
    'copied /ConfigMap/shop/copy',
  ]);
});

it('objects of another Application are not ours to prune, and a wanted one is told as shared', () => {
  const theirs = configMap('a', 'shop', tracked('billing:/ConfigMap:shop/a'));
  expect(pair([], [theirs]).pairs).toEqual([]);
  expect(pair([configMap('a', 'shop')], [theirs])).toMatchObject({
    pairs: ['both /ConfigMap/shop/a'],
    shared: ['/ConfigMap/shop/a of billing'],
  });
});

it('hooks stand apart, and one that still lives is neither compared nor pruned', () => {
  const hook = configMap('h', 'shop', { 'argocd.argoproj.io/hook': 'PreSync', ...tracked('web:/ConfigMap:shop/h') });
  expect(pair([hook], [hook])).toMatchObject({ pairs: ['hook /ConfigMap/shop/h'], hooks: ['/ConfigMap/shop/h'] });
});

it('one object that the server shows in two groups is one', () => {
  const twin = (group: string) => ({
    apiVersion: `${group}/v1`,
    kind: 'Deployment',
    metadata: {
      name: 'd',
      namespace: 'shop',
      uid: '1',
      annotations: tracked(`web:${group}/Deployment:shop/d`),
    },
  });
  expect(pair([twin('apps')], [twin('extensions'), twin('apps')]).pairs).toEqual(['both apps/Deployment/shop/d']);
});
