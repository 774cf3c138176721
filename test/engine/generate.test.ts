import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import { parseFile } from '../../server/core/documents/parse.ts';
import { createRenderingStore } from '../../server/core/facts/renderings.ts';
import { pathMatch } from '../../server/core/generate/globs/pathMatch.ts';
import { goFloat } from '../../server/core/generate/go/print.ts';
import { isObject, type JsonObject } from '../../server/core/text/json.ts';
import { type GenerateAllOptions, type GenerateSources, generateAll } from '../../server/engine/generate.ts';
import type { Library } from '../../server/engine/ports.ts';
import { buildGolib } from '../../server/golib/build.mjs';

let library: Golib;
beforeAll(async () => {
  library = new Golib({ wasm: await buildGolib() });
}, 600_000);
afterAll(() => library.dispose());

const spec = (rest: string) => `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set, namespace: argocd}
spec:
  goTemplate: true
  generators: [{list: {elements: [{cluster: Prod_EU, zone: 3}, {cluster: qa}]}}]
  template:
    metadata: {name: '{{ .cluster | normalize }}'}
    spec: {project: default, destination: {server: 'https://kubernetes.default.svc'}}
${rest}`;

const sources: GenerateSources = {
  tree: () => ({ files: ['apps/a/x.yaml', 'apps/b/x.yaml'] }),
  file: ({ path }) => `name: ${path}`,
  clusters: () => [],
  projects: () => [{ metadata: { name: 'default' } }],
};

function generate(text: string, options: GenerateAllOptions = {}, through: Library = library) {
  const value = parseFile('set.yaml', text).documents[0]?.value;
  return generateAll(isObject(value) ? value : {}, sources, through, options);
}

const nameOf = (it: { readonly application: JsonObject }) => (it.application.metadata as JsonObject).name;

test('templates run in the library', async () => {
  expect((await generate(spec(''))).applications.map(nameOf)).toEqual(['prod-eu', 'qa']);
});

test('a mistake in a template stands at its place, in Argo CD’s words', async () => {
  const { problems, refused } = await generate(spec('').replace('normalize', 'normalise'));
  expect(refused).toBe(
    'failed to parse template {{ .cluster | normalise }}: template: base:1: function "normalise" not defined',
  );
  expect(problems[0]).toMatchObject({ code: 'template-syntax', path: '/spec/template/metadata/name' });
  expect('{{ .cluster | normalise }}'.slice(problems[0]?.within?.start, problems[0]?.within?.end)).toBe('normalise');
});

test('a parameter without its dot is the other mode', async () => {
  const { problems } = await generate(spec('').replace('{{ .cluster | normalize }}', '{{cluster}}'));
  expect(problems[0]).toMatchObject({
    code: 'other-template-mode',
    within: { start: 2, end: 9 },
    fixes: [{ title: 'Write .cluster' }],
  });
});

test('parameters that only some sets have are named with those that lack them', async () => {
  const { problems } = await generate(
    spec('').replace('{{ .cluster | normalize }}', '{{ .cluster | normalize }}{{ .zone }}'),
  );
  expect(problems.map(it => it.message)).toEqual([
    '1 of 2 parameter sets have no parameter .zone (elements[1]). It becomes <no value>.',
    expect.stringContaining('metadata.name: Invalid value: "qa<no value>"'),
  ]);
});

test('a guarded use is nobody’s mistake', async () => {
  const text = spec('').replace(
    'normalize }}',
    'normalize }}{{ if .zone }}-x{{ end }}{{ .zone | default "" | toString | trunc 0 }}',
  );
  expect((await generate(text)).problems).toEqual([]);
});

test('a patch in YAML is read as Argo CD reads it', async () => {
  const { applications } = await generate(
    spec('  templatePatch: |\n    metadata:\n      labels: {"{{ .cluster }}": "on"}\n'),
  );
  expect(applications.map(it => (it.application.metadata as JsonObject).labels)).toEqual([
    { Prod_EU: 'on' },
    { qa: 'on' },
  ]);
});

describe('what is asked of the library', () => {
  function counting() {
    const asked: number[] = [];
    const through: Library = {
      warmUp: () => undefined,
      dispose: () => Promise.resolve(),
      call: (calls, options) => {
        asked.push(...calls.map(it => (isObject(it.args) && Array.isArray(it.args.pairs) ? it.args.pairs.length : 0)));
        return library.call(calls, options);
      },
    };
    return { asked, through };
  }

  test('only what nobody asked before, and nothing for a text that prints fields', async () => {
    const { asked, through } = counting();
    const renderings = createRenderingStore();
    await generate(spec(''), { renderings }, through);
    await generate(spec(''), { renderings }, through);
    await generate(spec('').replace('project: default', "project: '{{ .cluster }}'"), { renderings }, through);
    expect(asked).toEqual([2]);
  });

  test('a template runs once for each value that it reads', async () => {
    const { asked, through } = counting();
    const matrix = `[{matrix: {generators: [{list: {elements: [{cluster: a}, {cluster: b}]}}, {git: {repoURL: r, revision: HEAD, directories: [{path: 'apps/*'}]}}]}}]`;
    const text = spec('').replace(/generators: .*/, `generators: ${matrix}`);
    expect((await generate(text, {}, through)).applications).toHaveLength(4);
    expect(asked).toEqual([2]);
  });
});

test('a template that never ends is reported and the others are not lost', async () => {
  const { problems } = await generate(
    spec('').replace('normalize }}', 'normalize }}{{ range until 2000000000 }}x{{ end }}'),
  );
  expect(problems.map(it => it.code)).toContain('template-stopped');
});

describe('what is ours is what the library does', () => {
  const names = ['a', 'apps/web', 'apps/[x]', 'apps/-', 'a\\b', 'Ünïcode', 'apps/web/dev', ''];
  const patterns = [
    '*',
    'apps/*',
    'apps/**',
    '?',
    'apps/[w-z]*',
    'apps/[^w]*',
    'apps/\\[x]',
    '[',
    'apps/[]',
    '[a',
    'a\\',
    '{a,b}',
    '[z-a]',
    '[-]',
    '[^a',
    'Ü*',
    '[Ü]*',
    '[/]',
  ];
  test.each(patterns)('path.Match of %s', async pattern => {
    const [answer] = await library.call([{ op: 'glob', args: { dialect: 'path', pattern, names } }]);
    const value = answer?.ok === true && isObject(answer.value) ? answer.value : {};
    const ours = pathMatch(pattern);
    // Go looks at the rest of a pattern only where it gets that far; a pattern that is malformed for any name is left out by us for all.
    if ('error' in value) expect(ours).toBeUndefined();
    else expect(names.map(name => ours?.(name) ?? false)).toEqual(value.matches);
  });

  test('numbers', async () => {
    const numbers = [
      0, 1, -3, 0.1, 100000, 999999, 1000000, 1234567, 123456.789, 0.0001, 0.00001234, 1e20, 1e21, 1e-7, 2097152,
      1.2345678901234567e19,
    ];
    const [answer] = await library.call([
      {
        op: 'templates',
        args: { mode: 'go', options: [], templates: ['{{ .zone }}'], params: numbers.map(zone => ({ zone })) },
      },
    ]);
    expect(answer?.ok === true && answer.value).toEqual(numbers.map(goFloat));
  });
});
