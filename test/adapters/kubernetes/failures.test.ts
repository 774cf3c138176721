import { describe, expect, it } from 'vitest';
import type { ClusterFailure } from '../../../server/engine/ports.ts';
import { apiServer, type Reply, status } from '../../support/apiServer.ts';

const secret = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login', namespace: 'shop' },
  data,
});

async function failureOf(
  reply: Reply,
  object: object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } },
) {
  const server = await apiServer(() => reply);
  const cluster = await server.open();
  return cluster.write({ verb: 'create', object: object as never }).then(
    () => expect.unreachable('it should have failed'),
    (cause: ClusterFailure) => cause,
  );
}

describe('refusals, in the words of the API server', () => {
  const cases: readonly (readonly [reason: string, Reply])[] = [
    [
      'forbidden',
      status(
        403,
        'Forbidden',
        'configmaps is forbidden: User "ann" cannot create resource "configmaps" in API group "" in the namespace "shop"',
      ),
    ],
    [
      'denied',
      status(403, 'Forbidden', 'pods "web" is forbidden: violates PodSecurity "restricted:latest": host namespaces'),
    ],
    ['denied', status(400, 'BadRequest', 'admission webhook "policy.example.com" denied the request: no latest tags')],
    [
      'denied',
      status(
        422,
        'Invalid',
        "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'replicas' with binding 'all' denied request: too many",
      ),
    ],
    [
      'quota',
      status(
        403,
        'Forbidden',
        'pods "web" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2',
      ),
    ],
    [
      'terminating',
      status(
        403,
        'Forbidden',
        'configmaps "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
        {
          causes: [
            {
              reason: 'NamespaceTerminating',
              message: 'namespace shop is being terminated',
              field: 'metadata.namespace',
            },
          ],
        },
      ),
    ],
    [
      'tooLarge',
      status(
        422,
        'Invalid',
        'ConfigMap "a" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
      ),
    ],
    ['tooLarge', status(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728')],
    ['tooLarge', status(500, 'InternalError', 'etcdserver: request is too large')],
    [
      'invalid',
      status(422, 'Invalid', 'Deployment.apps "web" is invalid: spec.selector: Invalid value: field is immutable'),
    ],
    ['invalid', status(400, 'BadRequest', 'strict decoding error: unknown field "spec.foo"')],
    [
      'invalid',
      status(
        500,
        '',
        'failed to create typed patch object (shop/a; /v1, Kind=ConfigMap): .bogus: field not declared in schema',
      ),
    ],
    ['alreadyExists', status(409, 'AlreadyExists', 'configmaps "a" already exists')],
    [
      'conflict',
      status(409, 'Conflict', 'Operation cannot be fulfilled on configmaps "a": the object has been modified'),
    ],
    ['notFound', status(404, 'NotFound', 'namespaces "shop" not found', { name: 'shop', kind: 'namespaces' })],
    ['unknownKind', status(404, 'NotFound', 'the server could not find the requested resource')],
    ['unknownKind', { status: 404, text: '404 page not found\n', headers: { 'content-type': 'text/plain' } }],
    ['expired', status(410, 'Expired', 'too old resource version')],
    ['timeout', status(504, 'Timeout', 'request did not complete within the allotted timeout')],
    ['unauthorized', status(401, 'Unauthorized', 'Unauthorized')],
    ['serverError', status(500, 'InternalError', 'failed calling webhook "x": connection refused')],
    ['serverError', { status: 502, text: '<html>Bad gateway</html>' }],
    ['serverError', { status: 302, headers: { location: 'https://login.example.com' }, text: '' }],
  ];
  it.each(cases)('%s', async (reason, reply) => {
    expect((await failureOf(reply)).reason).toBe(reason);
  });

  it('a conflict names the other managers', async () => {
    const causes = [
      { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using apps/v1', field: '.spec.replicas' },
    ];
    const failure = await failureOf(status(409, 'Conflict', 'Apply failed with 1 conflict', { causes }));
    expect(failure).toMatchObject({ reason: 'conflict', status: 409, causes });
  });

  it('pages of proxies are not quoted, plain words are', async () => {
    expect((await failureOf({ status: 502, text: '<html>secret page</html>' })).message).toBe(
      'the server answered 502',
    );
    expect((await failureOf({ status: 400, text: 'Client sent an HTTP request' })).message).toContain('Client sent');
  });

  it('says which context and request', async () => {
    expect((await failureOf(status(500, '', 'x'))).about).toBe('test: POST /api/v1/namespaces/shop/configmaps');
  });
});

describe('values of Secrets are never told', () => {
  const value = Buffer.from('correct horse').toString('base64');
  const texts = ({ message, causes }: ClusterFailure) => JSON.stringify([message, causes]);

  it.each([
    [
      'an invalid value',
      `Secret "login" is invalid: data[a/b]: Invalid value: "${value}": a valid config key must consist of`,
    ],
    ['what a webhook quotes', 'admission webhook "w" denied the request: password "correct horse" is too weak'],
    [
      'what a patch is made of',
      `failed to create typed patch object (shop/login; /v1, Kind=Secret): .data.b: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"x":"${value}"}}`,
    ],
    ['a value of somebody else', 'Secret "login" is invalid: data[x]: Invalid value: "b3RoZXI=": too old'],
  ])('%s', async (_, message) => {
    const causes = [
      { reason: 'FieldValueInvalid', field: 'data[a/b]', message: message.slice(message.indexOf(': ') + 2) },
    ];
    const failure = await failureOf(status(422, 'Invalid', message, { causes }), secret({ 'a/b': value }));
    expect(texts(failure)).not.toMatch(/correct horse|b3RoZXI|Y29ycmVjdCBob3JzZQ/);
    expect(texts(failure)).toContain('not shown');
  });

  it('and the sentence around them stays', async () => {
    const message = `Secret "login" is invalid: data[a/b]: Invalid value: "${value}": a valid config key must consist of letters`;
    expect((await failureOf(status(422, 'Invalid', message), secret({ 'a/b': value }))).message).toBe(
      'Secret "login" is invalid: data[a/b]: Invalid value: (not shown): a valid config key must consist of letters',
    );
  });

  it('other kinds are quoted in full', async () => {
    const message = 'ConfigMap "a" is invalid: data[a/b]: Invalid value: "a/b": a valid config key';
    expect((await failureOf(status(422, 'Invalid', message))).message).toBe(message);
  });
});
