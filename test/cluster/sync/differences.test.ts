import { expect } from 'vitest';
import type { JsonObject } from '../../../server/core/text/json.ts';
import { expectSynced, type TestApplication, withApplication } from '../support/application.ts';
import { forEachCluster } from '../support/clusters.ts';
import { configMap, items } from '../support/objects.ts';

const path = (namespace: string, name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
const rule = (ignored: JsonObject): JsonObject => ({
  ignoreDifferences: [{ group: '', kind: 'ConfigMap', ...ignored }],
});

type How = 'applied' | 'updated';

/** How one ConfigMap is compared after somebody else, the manager `scaler`, has changed `b`. */
const cases: readonly (readonly [string, How, JsonObject, string])[] = [
  ['what another manager changed is a difference', 'updated', {}, 'OutOfSync'],
  ['fields of a trusted manager are none', 'updated', rule({ managedFieldsManagers: ['scaler'] }), 'Synced'],
  ['fields that a trusted manager applied are none', 'applied', rule({ managedFieldsManagers: ['scaler'] }), 'Synced'],
  ['fields of a manager that is not there are', 'applied', rule({ managedFieldsManagers: ['nobody'] }), 'OutOfSync'],
  ['what a pointer ignores is none', 'updated', rule({ jsonPointers: ['/data/b'] }), 'Synced'],
  ['what jq ignores is none', 'applied', rule({ jqPathExpressions: ['.data | select(.a == "1") | .b'] }), 'Synced'],
];

for (const [title, how, spec, expected] of cases)
  forEachCluster(title, async cluster => {
    const { raw, namespace } = cluster;
    await withApplication(cluster, { spec }, async application => {
      application.manifests(configMap(namespace, 'one', { a: '1', b: '1' }), configMap(namespace, 'two'));
      expectSynced(await application.sync());
      const theirs = configMap(namespace, 'one', { b: '9' });
      const { status } =
        how === 'applied'
          ? await raw.apply(path(namespace, 'one'), theirs, { fieldManager: 'scaler', force: true })
          : await raw.patch(path(namespace, 'one'), 'merge', { data: { b: '9' } }, { fieldManager: 'scaler' });
      expect(status).toBe(200);
      expect(await statuses(application)).toEqual({ one: expected, two: 'Synced' });
    });
  });

async function statuses(application: TestApplication): Promise<Readonly<Record<string, unknown>>> {
  const { out } = await application.run('diff', ['--output', 'json']);
  return Object.fromEntries(items((JSON.parse(out) as JsonObject).resources).map(it => [String(it.name), it.status]));
}
