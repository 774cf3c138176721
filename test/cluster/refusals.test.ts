import { expect } from 'vitest';
import type { JsonObject } from '../../server/core/text/json.ts';
import { forEachCluster, type TestCluster } from './support/clusters.ts';
import { at, configMap, deployment, items, withMetadata } from './support/objects.ts';
import type { RawAnswer } from './support/raw.ts';

/** Refusals are Statuses, and each has the code, the reason and the details that clients switch on. */
const refusals: readonly {
  readonly title: string;
  readonly ask: (cluster: TestCluster) => Promise<RawAnswer>;
  readonly code: number;
  readonly reason: string;
  readonly message: RegExp;
  readonly details?: JsonObject;
}[] = [
  {
    title: 'an object that is not there',
    ask: ({ raw, namespace }) => raw.get(`/api/v1/namespaces/${namespace}/configmaps/none`),
    code: 404,
    reason: 'NotFound',
    message: /^configmaps "none" not found$/,
    details: { name: 'none', kind: 'configmaps' },
  },
  {
    title: 'an object of a group that is not there',
    ask: ({ raw, namespace }) => raw.get(`/apis/apps/v1/namespaces/${namespace}/deployments/none`),
    code: 404,
    reason: 'NotFound',
    message: /^deployments\.apps "none" not found$/,
    details: { name: 'none', group: 'apps', kind: 'deployments' },
  },
  {
    title: 'a kind that is not served',
    ask: ({ raw, namespace }) => raw.get(`/api/v1/namespaces/${namespace}/gadgets`),
    code: 404,
    reason: 'NotFound',
    message: /^the server could not find the requested resource$/,
  },
  {
    title: 'a namespace that is not there',
    ask: ({ raw }) => raw.post('/api/v1/namespaces/nowhere/configmaps', configMap('nowhere', 'one')),
    code: 404,
    reason: 'NotFound',
    message: /^namespaces "nowhere" not found$/,
    details: { name: 'nowhere', kind: 'namespaces' },
  },
  {
    title: 'a second object of one name',
    ask: async ({ raw, namespace }) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await raw.post(path, configMap(namespace, 'one'));
      return raw.post(path, configMap(namespace, 'one'));
    },
    code: 409,
    reason: 'AlreadyExists',
    message: /^configmaps "one" already exists$/,
    details: { name: 'one', kind: 'configmaps' },
  },
  {
    title: 'a write over a newer version',
    ask: async ({ raw, namespace }) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const { body } = await raw.post(path, configMap(namespace, 'one'));
      await raw.patch(`${path}/one`, 'merge', { data: { a: '1' } });
      return raw.put(`${path}/one`, { ...body, data: { b: '2' } });
    },
    code: 409,
    reason: 'Conflict',
    message: /the object has been modified; please apply your changes to the latest version/,
    details: { name: 'one', kind: 'configmaps' },
  },
  {
    title: 'a deletion of another object of that name',
    ask: async ({ raw, namespace }) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await raw.post(path, configMap(namespace, 'one'));
      const preconditions = { uid: '00000000-0000-0000-0000-000000000000' };
      return raw.delete(`${path}/one`, { body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions } });
    },
    code: 409,
    reason: 'Conflict',
    message: /^Operation cannot be fulfilled on .*one"?: .*UID in the precondition .* does not match/,
  },
  {
    title: 'a name that is not one',
    ask: ({ raw, namespace }) =>
      raw.post(`/api/v1/namespaces/${namespace}/configmaps`, configMap(namespace, 'Not_A_Name')),
    code: 422,
    reason: 'Invalid',
    message: /ConfigMap "Not_A_Name" is invalid: metadata\.name: Invalid value: "Not_A_Name"/,
    details: { name: 'Not_A_Name', kind: 'ConfigMap' },
  },
  {
    title: 'no name at all',
    ask: ({ raw, namespace }) =>
      raw.post(`/api/v1/namespaces/${namespace}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
    code: 422,
    reason: 'Invalid',
    message: /name or generateName is required/,
  },
  {
    title: 'another namespace than that of the path',
    ask: ({ raw, namespace }) => raw.post(`/api/v1/namespaces/${namespace}/configmaps`, configMap('elsewhere', 'one')),
    code: 400,
    reason: 'BadRequest',
    message: /the namespace of the provided object does not match the namespace sent on the request/,
  },
  {
    title: 'a body that is not JSON',
    ask: ({ raw, namespace }) =>
      raw.ask('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
        body: '{"apiVersion":',
        contentType: 'application/json',
      }),
    code: 400,
    reason: 'BadRequest',
    message: /./,
  },
  {
    title: 'too much annotation',
    ask: ({ raw, namespace }) => {
      const large = withMetadata(configMap(namespace, 'one'), { annotations: { note: 'x'.repeat(300_000) } });
      return raw.post(`/api/v1/namespaces/${namespace}/configmaps`, large);
    },
    code: 422,
    reason: 'Invalid',
    message: /metadata\.annotations: Too long: may not be more than 262144 bytes/,
  },
  {
    title: 'a selector that does not select its own pods',
    ask: ({ raw, namespace }) =>
      raw.post(
        `/apis/apps/v1/namespaces/${namespace}/deployments`,
        deployment(namespace, 'web', { spec: { selector: { matchLabels: { app: 'other' } } } }),
      ),
    code: 422,
    reason: 'Invalid',
    message: /`selector` does not match template `labels`/,
    details: { group: 'apps', kind: 'Deployment' },
  },
];

for (const { title, ask, code, reason, message, details } of refusals) {
  forEachCluster(`refuses ${title}`, async cluster => {
    const { status, body } = await ask(cluster);
    expect(body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });
    expect(status).toBe(code);
    expect(body.message).toMatch(message);
    if (details) expect(body.details).toMatchObject(details);
  });
}

forEachCluster('names every mistake of one object', async ({ raw, namespace }) => {
  const bad = deployment(namespace, 'web', { replicas: -1, spec: { template: { metadata: {}, spec: {} } } });
  const { body } = await raw.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, bad);
  const fields = items(at(body, 'details', 'causes')).map(it => it.field);
  expect(fields).toEqual(
    expect.arrayContaining(['spec.replicas', 'spec.template.spec.containers', 'spec.template.metadata.labels']),
  );
});

forEachCluster('an immutable field cannot be changed', async ({ raw, namespace }) => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  await raw.post(path, deployment(namespace, 'web', { replicas: 0 }));
  const labels = { app: 'other' };
  const { status, body } = await raw.patch(`${path}/web`, 'merge', {
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
  });
  expect(status).toBe(422);
  expect(body).toMatchObject({ reason: 'Invalid' });
  expect(body.message).toMatch(/spec\.selector: Invalid value: .*: field is immutable/);
});
