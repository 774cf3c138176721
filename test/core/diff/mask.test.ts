import { describe, expect, it } from 'vitest';
import { maskSecrets, shownError } from '../../../server/core/diff/mask.ts';
import { typesFrom } from '../../../server/core/diff/types.ts';
import { argocdSettings } from '../../../server/core/model/argocdSettings.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

const types = typesFrom({
  kinds: { 'v1/Secret': 0 },
  names: ['k8s.io/api/core/v1.Secret'],
  types: [
    [
      ['apiVersion', 'string', 'omitempty'],
      ['kind', 'string', 'omitempty'],
      ['data', '{bytes', 'omitempty'],
      ['stringData', '{string', 'omitempty'],
    ],
  ],
  merge: {},
});
const secret = (more: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'Secret', ...more });

describe('masks of Secrets', () => {
  it('are equal for equal values of a key, and four pluses longer for each other one', () => {
    const { target, live } = maskSecrets(
      { target: secret({ data: { a: 'YQ==', b: 'Yg==' } }), live: secret({ data: { a: 'YQ==', b: 'Yw==' } }) },
      types,
    );
    expect(target?.data).toEqual({ a: '++++++++', b: '++++++++' });
    expect(live?.data).toEqual({ a: '++++++++', b: '++++++++++++' });
  });

  it('cover stringData and what kubectl noted of the last apply', () => {
    const noted = JSON.stringify(secret({ data: { a: 'c2VjcmV0' } }));
    const { target, live } = maskSecrets(
      {
        target: secret({ stringData: { a: 'open sesame' } }),
        live: secret({
          data: { a: 'c2VjcmV0' },
          metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': noted } },
        }),
      },
      types,
    );
    expect(target).toEqual(secret({ data: { a: '++++++++' } }));
    expect(JSON.stringify(live)).not.toContain('c2VjcmV0');
    expect(JSON.stringify(live)).toContain('\\"a\\":\\"++++++++++++\\"');
  });

  it('cover a note of the last apply that cannot be read', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"c2VjcmV0"}' };
    const { live } = maskSecrets({ live: secret({ metadata: { annotations } }) }, types);
    expect(JSON.stringify(live)).not.toContain('c2VjcmV0');
  });

  it('read the note beside an annotation that is null, and write no data as null', () => {
    const note = 'kubectl.kubernetes.io/last-applied-configuration';
    const annotations = { a: null, [note]: JSON.stringify(secret({ data: {} })) };
    const { live } = maskSecrets({ live: secret({ metadata: { annotations } }) }, types);
    expect(live).toEqual(
      secret({ metadata: { annotations: { a: null, [note]: '{"apiVersion":"v1","data":null,"kind":"Secret"}' } } }),
    );
  });

  it('cover the annotations that argocd-cm calls sensitive, in objects and in the note of the last apply', () => {
    const marked = (token: string, more: JsonObject = {}) =>
      secret({ metadata: { annotations: { 'example.com/token': token, 'example.com/team': 'shop', ...more } } });
    const noted = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(marked('old')) };
    const { sensitiveAnnotations } = argocdSettings({
      data: { 'resource.sensitive.mask.annotations': 'example.com/token, example.com/other' },
    });
    const { target, live } = maskSecrets(
      { target: marked('new'), live: marked('old', noted) },
      types,
      sensitiveAnnotations,
    );
    expect(target).toEqual(marked('++++++++'));
    expect(live).toEqual(
      marked('++++++++++++', {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { annotations: { 'example.com/team': 'shop', 'example.com/token': '++++++++++++' } },
        }),
      }),
    );
  });

  it('cover values that no Secret can hold', () => {
    const { live } = maskSecrets({ live: secret({ data: { a: 'not base64!', b: 5 } }) }, types);
    expect(live?.data).toEqual({ a: '++++++++', b: '++++++++' });
  });

  it('leave other kinds alone', () => {
    const live = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } };
    expect(maskSecrets({ live }, types)).toEqual({ live });
  });

  it('go for errors as well', () => {
    expect(shownError({ live: secret({}) }, 'expected string, got "hunter2"')).not.toContain('hunter2');
    expect(shownError({ live: { apiVersion: 'v1', kind: 'Pod' } }, 'no name')).toBe('no name');
  });
});
