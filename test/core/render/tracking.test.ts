import { describe, expect, it } from 'vitest';
import { Refused } from '../../../server/core/render/stop.ts';
import { type Tracking, tracked } from '../../../server/core/render/tracking.ts';
import type { Json, JsonObject } from '../../../server/core/text/json.ts';

const by = (method: string, rest: Partial<Tracking> = {}): Tracking => ({
  appName: 'shop',
  namespace: 'prod',
  method,
  labelKey: 'app.kubernetes.io/instance',
  installationId: '',
  ...rest,
});
const service = (metadata: Json): JsonObject => ({ apiVersion: 'v1', kind: 'Service', metadata });
const metadataOf = (object: JsonObject, tracking: Tracking) => tracked(object, tracking).metadata;

describe('what marks an object as belonging to an Application', () => {
  it('is an annotation that names the object, with the destination where it names no namespace', () => {
    expect(metadataOf(service({ name: 'web' }), by('annotation'))).toEqual({
      name: 'web',
      annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/Service:prod/web' },
    });
    expect(metadataOf(service({ name: 'web', namespace: 'own', annotations: { a: 'b' } }), by(''))).toEqual({
      name: 'web',
      namespace: 'own',
      annotations: { a: 'b', 'argocd.argoproj.io/tracking-id': 'shop:/Service:own/web' },
    });
  });

  it('is a label, which is cut only where the annotation says the name too', () => {
    const long = 'a'.repeat(62);
    const named = { appName: `${long}-b` };
    const label = { 'app.kubernetes.io/instance': `${long}-b` };
    expect(metadataOf(service({ name: 'web' }), by('label', named))).toEqual({ name: 'web', labels: label });
    expect(metadataOf(service({ name: 'web' }), by('annotation+label', named))).toMatchObject({
      labels: { 'app.kubernetes.io/instance': long },
    });
  });

  it('is the installation too, and an earlier one is removed', () => {
    const annotations = { 'argocd.argoproj.io/installation-id': 'old' };
    expect(metadataOf(service({ name: 'web', annotations }), by('annotation'))).toEqual({
      name: 'web',
      annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/Service:prod/web' },
    });
    expect(metadataOf(service({ name: 'web' }), by('annotation', { installationId: 'one' }))).toMatchObject({
      annotations: { 'argocd.argoproj.io/installation-id': 'one' },
    });
  });

  it('is nothing on a CRD, and nothing without a key', () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'x' },
    };
    expect(tracked(definition, by('annotation'))).toBe(definition);
    expect(tracked(service({ name: 'web' }), by('label', { labelKey: '' }))).toEqual(service({ name: 'web' }));
  });

  it('stands on pod templates under the key of old', () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: {} };
    expect(tracked(deployment, by('label', { labelKey: 'applications.argoproj.io/app-name' }))).toMatchObject({
      spec: { template: { metadata: { labels: { 'applications.argoproj.io/app-name': 'shop' } } } },
    });
  });
});

it.each([
  [
    { name: 'web', annotations: { on: true } },
    'failed to get annotations from target object /v1, Kind=Service /web: .metadata.annotations accessor error: contains non-string value in the map under key "on": true is of the type bool, expected string',
  ],
  [
    { name: 'web', namespace: 'n', annotations: ['a'] },
    'failed to get annotations from target object /v1, Kind=Service n/web: .metadata.annotations accessor error: [a] is of the type []interface {}, expected map[string]interface{}',
  ],
])('%j is refused in the words of Argo CD', (metadata, message) => {
  expect(() => tracked(service(metadata), by('annotation'))).toThrow(new Refused(message));
});
