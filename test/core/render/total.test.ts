import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Facts, LibraryCall } from '../../../server/core/facts/facts.ts';
import { render } from '../../../server/core/render/render.ts';
import { defaultRenderSettings } from '../../../server/core/render/rendering.ts';
import type { Json, JsonObject } from '../../../server/core/text/json.ts';

/** Texts that mean something to one of the tools, among anything. */
const words = fc.constantFrom(
  ...[
    '',
    '.',
    '..',
    '/',
    'app',
    '../x',
    '$ref/v.yaml',
    '**',
    '*.yaml',
    '[',
    'https://x/y',
    'oci://r/c',
    'a=b',
    '{a,b}',
    '\u0000',
    'v2',
  ],
);
const anything: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Json>(null, true, 0, -1.5, 1e21),
    words,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...[
          'name',
          'value',
          'path',
          'helm',
          'kustomize',
          'directory',
          'plugin',
          'valueFiles',
          'parameters',
          'count',
          'items',
          'kind',
        ],
        ...[
          'metadata',
          'annotations',
          'apiVersion',
          'jsonnet',
          'libs',
          'images',
          'patches',
          'components',
          'resources',
          'helmCharts',
        ],
      ),
      tie('json'),
      { maxKeys: 5 },
    ) as fc.Arbitrary<JsonObject>,
  ),
})).json;

const source = fc.record(
  {
    repoURL: fc.oneof(words, anything),
    path: fc.oneof(words, anything),
    chart: fc.oneof(words, anything),
    ref: fc.oneof(words, anything),
    targetRevision: fc.oneof(words, anything),
    helm: anything,
    kustomize: anything,
    directory: anything,
    plugin: anything,
  },
  { requiredKeys: [] },
);

const text = fc.constantFrom(
  ...[
    '',
    '{',
    '{}',
    '[]',
    'a: [',
    'kind: List\nitems: [1]',
    'apiVersion: a/b/c\nkind: A',
    '{"kind": 1}',
    '---\n--- x',
    '+argocd:skip-file-rendering',
  ],
  ...[
    'resources: [../base, https://x.y/z?ref=1, a=b]',
    'kind: A\nmetadata: [1]',
    'dependencies: [{name: x, repository: "@a"}]',
    '[[[[[',
  ],
);

it('renders anything to a value, and throws nothing', () => {
  fc.assert(
    fc.property(
      fc.array(source, { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          'a.yaml',
          'app/Chart.yaml',
          'app/kustomization.yaml',
          'app/x.json',
          'app/x.jsonnet',
          'app/.argocd-source.yaml',
          'v.yaml',
        ),
        text,
      ),
      anything,
      fc.constantFrom<Json>(
        null,
        {},
        { value: { error: 'e' } },
        { manifest: 'kind: A' },
        { matches: [true] },
        { files: 3 },
        [{ value: null }, { error: 'x' }, { value: { kind: 'A', items: null } }],
      ),
      (sources, files, spec, answer) => {
        const tree = { files: Object.keys(files).sort(), links: { link: 'app', loop: 'loop', out: '../..' } };
        const facts: Facts = {
          get: ((kind: string, of: LibraryCall & { path: string }) => {
            if (kind === 'tree') return tree;
            if (kind === 'file') return files[of.path] ?? '';
            if (kind === 'library') return { ok: true, value: answer };
            return { unavailable: true, why: 'it is a test' };
          }) as Facts['get'],
        };
        const application = { metadata: spec, spec: { sources, source: spec, destination: spec } } as JsonObject;
        const rendering = render({ application, settings: defaultRenderSettings }, facts);
        expect(rendering.error === undefined || rendering.manifests.length === 0).toBe(true);
      },
    ),
    { numRuns: 3000, seed: 7 },
  );
});
