import { describe, expect, it } from 'vitest';
import { ClusterFailure } from '../../../server/engine/ports.ts';
import { apiServer, status } from '../../support/apiServer.ts';

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name });
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' }, data: { x: '1' } };

describe('connections', () => {
  it('are kept: a hundred reads in a row need one or two', async () => {
    const server = await apiServer(() => ({ body: object }));
    const cluster = await server.open();
    for (let i = 0; i < 100; i++) await cluster.get(configMap('a'));
    // Discovery asks three questions at once.
    expect(server.connections()).toBeLessThanOrEqual(3);
  });

  it('are bounded: a thousand reads at once wait for each other', async () => {
    const server = await apiServer(() => ({ body: object }));
    const cluster = await server.open();
    await Promise.all(Array.from({ length: 1000 }, () => cluster.get(configMap('a'))));
    expect(server.connections()).toBeLessThanOrEqual(64);
  });

  it('may be plain, as to a sandbox', async () => {
    const server = await apiServer(() => ({ body: object }), { tls: false });
    const cluster = await server.open({ user: { token: 'abc' } });
    expect(await cluster.get(configMap('a'))).toEqual(object);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer abc');
  });

  it('to a server whose authority is not known are refused, and the sentence says what to do', async () => {
    const server = await apiServer(() => ({ body: object }));
    const cluster = await server.open({ cluster: { 'certificate-authority-data': undefined }, limits: { tries: 1 } });
    await expect(cluster.discover()).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('certificate-authority'),
    });
    const insecure = await server.open({
      cluster: { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true },
    });
    expect((await insecure.discover()).gitVersion).toBe('v1.36.3');
  });
});

describe('reads', () => {
  it('give objects as they are, with fields that no schema knows and dates as text', async () => {
    const odd = {
      ...object,
      invented: { deep: [1, null, 'x'] },
      metadata: { ...object.metadata, creationTimestamp: '2026-11-21T08:00:00Z' },
    };
    const server = await apiServer(() => ({ body: odd }));
    expect(await (await server.open()).get(configMap('a'))).toEqual(odd);
  });

  it('keep the letters of RBAC names', async () => {
    const server = await apiServer(() => ({ body: {} }));
    const ref = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      namespace: '',
      name: 'system:My Role',
    };
    await (await server.open()).get(ref);
    expect(server.asked[0]?.path).toBe('/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3AMy%20Role');
  });

  it.each([
    ['503', () => status(503, 'ServiceUnavailable', 'not now')],
    ['500', () => status(500, 'InternalError', 'oops')],
    ['429', () => ({ ...(status(429, 'TooManyRequests', 'slowly') as object), headers: { 'retry-after': '1' } })],
    ['a cut connection', () => 'cut' as const],
  ])('are tried again after %s', async (_, reply) => {
    const server = await apiServer((_, count) => (count <= 2 ? reply() : { body: object }));
    expect(await (await server.open()).get(configMap('a'))).toEqual(object);
    expect(server.asked).toHaveLength(3);
  });

  it('end with the last failure after five tries', async () => {
    const server = await apiServer(() => status(503, 'ServiceUnavailable', 'not now'));
    await expect((await server.open()).get(configMap('a'))).rejects.toMatchObject({
      reason: 'serverError',
      status: 503,
    });
    expect(server.asked).toHaveLength(5);
  });

  it('of what is not there give nothing, but of a kind that is not served fail', async () => {
    const server = await apiServer(() =>
      status(404, 'NotFound', 'configmaps "a" not found', { name: 'a', kind: 'configmaps' }),
    );
    const cluster = await server.open();
    expect(await cluster.get(configMap('a'))).toBeUndefined();
    const unknown = { apiVersion: 'example.com/v1', kind: 'Thing', namespace: 'shop', name: 'a' };
    await expect(cluster.get(unknown)).rejects.toMatchObject({ reason: 'unknownKind' });
  });

  it('without a namespace, of a kind that has them, are refused instead of answered with nothing', async () => {
    const server = await apiServer(() => ({ body: object }));
    const cluster = await server.open();
    await expect(cluster.get({ ...configMap('a'), namespace: '' })).rejects.toMatchObject({ reason: 'invalid' });
    await expect(cluster.delete(configMap(''))).rejects.toMatchObject({ reason: 'invalid' });
    expect(server.asked).toEqual([]);
  });

  it('say that something in between answered, when it is no object', async () => {
    const server = await apiServer(() => ({ text: '<html>Please log in</html>' }));
    await expect((await server.open({ limits: { tries: 1 } })).get(configMap('a'))).rejects.toMatchObject({
      reason: 'serverError',
      message: expect.stringContaining('login page'),
    });
  });

  it('are given up when nothing comes, after a second try', async () => {
    const server = await apiServer(() => 'silence');
    const cluster = await server.open({ limits: { readMs: 100 } });
    await expect(cluster.get(configMap('a'))).rejects.toMatchObject({ reason: 'timeout' });
    expect(server.asked).toHaveLength(2);
  });

  it('end with the reason of whoever gives up', async () => {
    const server = await apiServer(() => 'silence');
    const cluster = await server.open();
    await cluster.discover();
    const abort = new AbortController();
    const asked = cluster.get(configMap('a'), { signal: abort.signal });
    abort.abort('changed my mind');
    await expect(asked).rejects.toBe('changed my mind');
  });

  it('that wait for their turn may be given up too', async () => {
    const server = await apiServer(() => 'silence');
    const cluster = await server.open();
    await cluster.discover();
    const stop = new AbortController();
    for (let i = 0; i < 32; i++) cluster.get(configMap('a'), { signal: stop.signal }).catch(() => undefined);
    const abort = new AbortController();
    const asked = cluster.get(configMap('a'), { signal: abort.signal });
    abort.abort('no patience');
    await expect(asked).rejects.toBe('no patience');
    stop.abort();
  });

  it('that one gives up go on for the others: discovery is asked once', async () => {
    const server = await apiServer(() => ({ body: object }));
    const cluster = await server.open();
    const abort = new AbortController();
    const first = cluster.discover({ signal: abort.signal });
    const second = cluster.discover();
    abort.abort('gone');
    await expect(first).rejects.toBe('gone');
    expect((await second).gitVersion).toBe('v1.36.3');
  });
});

describe('lists', () => {
  const item = (name: string) => ({ metadata: { name, namespace: 'shop', managedFields: [{}] } });

  it('are asked for in pages, and their items carry version and kind', async () => {
    const server = await apiServer(({ query }) =>
      query.get('continue') === 'more'
        ? { body: { kind: 'ConfigMapList', metadata: { resourceVersion: '7' }, items: [item('b')] } }
        : { body: { kind: 'ConfigMapList', metadata: { resourceVersion: '7', continue: 'more' }, items: [item('a')] } },
    );
    const { items, resourceVersion } = await (await server.open()).list(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { namespace: 'shop', labelSelector: 'app=web' },
    );
    expect(items.map(it => [it.kind, it.apiVersion, it.metadata])).toEqual([
      ['ConfigMap', 'v1', item('a').metadata],
      ['ConfigMap', 'v1', item('b').metadata],
    ]);
    expect(resourceVersion).toBe('7');
    expect(server.asked.map(it => `${it.path}?${it.query}`)).toEqual([
      '/api/v1/namespaces/shop/configmaps?labelSelector=app%3Dweb&limit=500',
      '/api/v1/namespaces/shop/configmaps?labelSelector=app%3Dweb&limit=500&continue=more',
    ]);
  });

  it('whose later page comes too late are asked for at once', async () => {
    const server = await apiServer(({ query }) => {
      if (query.get('continue')) return status(410, 'Expired', 'The provided continue parameter is too old');
      return { body: { metadata: query.get('limit') ? { continue: 'more' } : {}, items: [item('a')] } };
    });
    const { items } = await (await server.open()).list({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(items).toHaveLength(1);
    expect(server.asked.map(it => it.query.get('limit'))).toEqual(['500', '500', null]);
  });

  it('of metadata ask for that, and hold only what the caller keeps', async () => {
    const server = await apiServer(() => ({ body: { metadata: {}, items: [item('a')] } }));
    const keep = (it: object) => ({ name: (it as ReturnType<typeof item>).metadata.name });
    const { items } = await (await server.open()).list({ apiVersion: 'v1', kind: 'Pod' }, { metadataOnly: true, keep });
    expect(items).toEqual([{ name: 'a' }]);
    expect(server.asked[0]?.headers.accept).toContain('as=PartialObjectMetadataList');
  });
});

describe('writes', () => {
  it('apply on the server, with manager, dry run and validation', async () => {
    const server = await apiServer(() => ({
      status: 201,
      body: object,
      headers: { warning: ['299 - "unknown field \\"spec.foo\\""', '299 - "v1beta1 is deprecated"'] },
    }));
    const answer = await (await server.open()).write(
      { verb: 'apply', object: { ...object, metadata: { ...object.metadata, managedFields: [] } }, force: true },
      { fieldManager: 'me', dryRun: true, fieldValidation: 'Strict' },
    );
    expect(answer).toEqual({ object, created: true, warnings: ['unknown field "spec.foo"', 'v1beta1 is deprecated'] });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'PATCH', path: '/api/v1/namespaces/shop/configmaps/a' });
    expect(asked?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({
      dryRun: 'All',
      fieldManager: 'me',
      fieldValidation: 'Strict',
      force: 'true',
    });
    expect(JSON.parse(asked?.body ?? '')).toEqual(object);
  });

  it.each([
    ['merge', 'application/merge-patch+json'],
    ['strategic', 'application/strategic-merge-patch+json'],
    ['json', 'application/json-patch+json'],
  ] as const)('patch as %s', async (type, contentType) => {
    const server = await apiServer(() => ({ body: object }));
    const cluster = await server.open();
    await cluster.write({ verb: 'patch', ref: configMap('a'), type, patch: [], subresource: 'status' });
    expect(server.asked[0]?.headers['content-type']).toBe(contentType);
    expect(server.asked[0]?.path).toBe('/api/v1/namespaces/shop/configmaps/a/status');
  });

  it.each([
    ['503', () => status(503, 'ServiceUnavailable', 'not now'), 'serverError'],
    [
      '503 with a wish to come later',
      () => ({ ...(status(503, '', 'x') as object), headers: { 'retry-after': '1' } }),
      'serverError',
    ],
    ['a cut connection', () => 'cut' as const, 'unreachable'],
    ['429 without a time', () => status(429, 'TooManyRequests', 'no'), 'tooManyRequests'],
  ])('are never repeated after %s', async (_, reply, reason) => {
    const server = await apiServer(reply);
    const cluster = await server.open();
    await expect(cluster.write({ verb: 'create', object })).rejects.toMatchObject({ reason });
    expect(server.asked).toHaveLength(1);
  });

  it('are sent again when the server says that it did nothing and when to come', async () => {
    const later = { ...(status(429, 'TooManyRequests', 'slowly') as object), headers: { 'retry-after': '1' } };
    const server = await apiServer((_, count) => (count === 1 ? later : { body: object }));
    await (await server.open()).write({ verb: 'create', object });
    expect(server.asked).toHaveLength(2);
  });
});

describe('deletes', () => {
  it('say how, and of which object', async () => {
    const server = await apiServer(() => ({ body: {} }));
    const cluster = await server.open();
    const options = { propagation: 'Foreground', uid: 'u1', gracePeriodSeconds: 0, dryRun: true } as const;
    expect(await cluster.delete(configMap('a'), options)).toEqual({ gone: false, warnings: [] });
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u1' },
      gracePeriodSeconds: 0,
      dryRun: ['All'],
    });
  });

  it('of what is gone, or was made anew under its name, are done', async () => {
    const server = await apiServer(({ method }) => {
      if (method === 'GET') return { body: { ...object, metadata: { ...object.metadata, uid: 'u2' } } };
      return status(409, 'Conflict', 'the UID in the precondition (u1) does not match the UID in record (u2)');
    });
    const cluster = await server.open();
    expect(await cluster.delete(configMap('a'), { uid: 'u1' })).toMatchObject({ gone: true });
    await expect(cluster.delete(configMap('a'), { uid: 'u2' })).rejects.toBeInstanceOf(ClusterFailure);
  });
});

describe('permissions', () => {
  it('are asked for once a minute', async () => {
    const server = await apiServer(() => ({ status: 201, body: { status: { allowed: false, reason: 'no role' } } }));
    const cluster = await server.open();
    const pods = { verb: 'list', group: '', resource: 'pods/log', namespace: 'shop' };
    const answers = await cluster.allowed([pods, pods]);
    expect(answers).toEqual([
      { allowed: false, reason: 'no role' },
      { allowed: false, reason: 'no role' },
    ]);
    expect(server.asked).toHaveLength(1);
    expect(JSON.parse(server.asked[0]?.body ?? '').spec.resourceAttributes).toEqual({
      verb: 'list',
      group: '',
      resource: 'pods',
      subresource: 'log',
      namespace: 'shop',
    });
  });
});

describe('a closed cluster', () => {
  it('answers nobody any more, and what was asked fails', async () => {
    const server = await apiServer(() => 'silence');
    const cluster = await server.open();
    await cluster.discover();
    const asked = expect(cluster.get(configMap('a'))).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('closed'),
    });
    await cluster.dispose();
    await asked;
    await expect(cluster.get(configMap('a'))).rejects.toMatchObject({ reason: 'unreachable' });
  });
});
