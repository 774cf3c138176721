import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { expect } from 'vitest';
import { isObject, type Json } from '../../../server/core/text/json.ts';
import type { TestCluster } from './clusters.ts';

/** A validating webhook for the namespace of the case: it denies names that begin with "forbidden". */
export async function withWebhook(
  { files, raw, namespace, unique }: TestCluster,
  failurePolicy: 'Fail' | 'Ignore',
  run: (close: () => Promise<void>) => Promise<void>,
): Promise<void> {
  if (!files.serving) throw new Error('a webhook needs a certificate');
  const { authority, certificate, key } = files.serving;
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(judged(JSON.parse(text))));
    },
  );
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const hooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
  const name = unique('names');
  const made = await raw.post(hooks, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: 'names.example.com',
        clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle: readFileSync(authority).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy,
        timeoutSeconds: 5,
      },
    ],
  });
  expect(made.body.message).toBeUndefined();
  try {
    await run(close);
  } finally {
    await raw.delete(`${hooks}/${name}`);
    await close();
  }
}

function judged(review: Json): Json {
  const request = isObject(review) && isObject(review.request) ? review.request : {};
  const allowed = !String(request.name).startsWith('forbidden');
  const status = allowed ? {} : { status: { code: 403, message: 'no forbidden names' } };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: request.uid ?? '', allowed, ...status },
  };
}
