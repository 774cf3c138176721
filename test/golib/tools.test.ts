import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Tools } from '../../server/adapters/golib/tools.ts';
import type { Json } from '../../server/core/text/json.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { nativeTools } from '../support/nativeTools.mjs';
import { asked, ran, record, toolCases } from '../support/toolCases.ts';

let tools: Tools;

beforeAll(async () => {
  const light = await buildGolib();
  tools = new Tools({ wasm: light.replace('light.wasm.br', 'heavy.wasm.br') });
}, 900_000);

afterAll(() => tools.dispose());

const cases = toolCases();
const programs = nativeTools();
if (!programs) console.info('skipped: native Helm and Kustomize (node test/support/nativeTools.mjs builds them)');

describe('prints what the program printed', () => {
  test.each(cases)('$name', async it => {
    expect(await asked(tools, it)).toEqual(it.expected);
  });
});

// With RECORD_TOOLS=1 the expectations are written anew.
describe.skipIf(!programs)('the program still prints that', () => {
  test.each(cases)('$name', async it => {
    if (!programs) return;
    const told = await ran(programs, it);
    if (process.env.RECORD_TOOLS) await record(it, told);
    else expect(told).toEqual(it.expected);
  });
});

test('engines are made ready by a chart and a kustomization that are as good as any', async () => {
  const answers = await tools.warmUp(['helm', 'kustomize']);
  expect(answers.map(it => (it.ok ? it.value : it.error))).toEqual([
    { manifest: expect.stringMatching(/{name: warm}\ndata:\n {2}tag: "1"/) },
    { files: { '/over/kustomization.yaml': expect.stringContaining('namePrefix: warm-') } },
    { manifest: expect.stringMatching(/env: warm.*replicas: 2.*image: nginx:2.*tty: true/s) },
  ]);
  // The same answers: no engine does it twice.
  expect((await tools.warmUp(['kustomize']))[0]).toBe(answers[1]);
});

test('a schema that a kustomization brings along is gone with it', async () => {
  const schema = {
    definitions: {
      'com.example.Thing': {
        properties: {
          spec: {
            properties: {
              list: {
                type: 'array',
                items: { type: 'object' },
                'x-kubernetes-patch-merge-key': 'name',
                'x-kubernetes-patch-strategy': 'merge',
              },
            },
          },
        },
        'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Thing' }],
      },
    },
  };
  const thing = (list: string) =>
    `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {list: ${list}}\n`;
  const built = async (more: string) => {
    const kustomization = `resources: [thing.yaml]\npatches: [{path: patch.yaml}]\n${more}`;
    const files = {
      '/repo/thing.yaml': thing('[{name: a}, {name: b}]'),
      '/repo/patch.yaml': thing('[{name: b, x: 1}]'),
      '/repo/schema.json': JSON.stringify(schema),
      '/repo/kustomization.yaml': kustomization,
    };
    const [result] = await tools.call([{ op: 'kustomizeBuild', args: { files, path: '/repo' } }]);
    return result?.ok ? (result.value as { manifest: string }).manifest.replace(/.*list:\n/s, '') : result?.error;
  };
  const replaced = '  - name: b\n    x: 1\n';
  expect(await built('')).toBe(replaced);
  expect(await built('openapi: {path: schema.json}\n')).toBe(`${replaced}  - name: a\n`);
  expect(await built('')).toBe(replaced);
});

describe('Jsonnet', () => {
  const jsonnet = async (files: Record<string, string>, more: Record<string, Json> = {}): Promise<Json> => {
    const args = { files, path: '/repo/app/main.jsonnet', tlas: [], extVars: [], libs: [], ...more };
    const [result] = await tools.call([{ op: 'jsonnet', args }]);
    if (result?.ok !== true) throw new Error(result?.error);
    return result.value;
  };

  test('imports beside the file first, then from the libraries, the last first', async () => {
    const files = {
      '/repo/app/main.jsonnet': "[import 'a.libsonnet', import 'b.libsonnet', importstr 'c.txt']",
      '/repo/app/a.libsonnet': "'beside'",
      '/repo/one/a.libsonnet': "'library'",
      '/repo/one/b.libsonnet': "'first library'",
      '/repo/two/b.libsonnet': "'last library'",
      '/repo/two/c.txt': 'text\n',
    };
    expect(await jsonnet(files, { libs: ['/repo/one', '/repo/two'] })).toEqual({
      value: '[\n   "beside",\n   "last library",\n   "text\\n"\n]\n',
    });
  });

  test('takes variables as texts and as code', async () => {
    const files = {
      '/repo/app/main.jsonnet': "function(n, t) { n: n + 1, t: t, e: std.extVar('e'), c: std.extVar('c') }",
    };
    const answer = await jsonnet(files, {
      tlas: [
        { name: 'n', value: '41', code: true },
        { name: 't', value: '41', code: false },
      ],
      extVars: [
        { name: 'e', value: 'x', code: false },
        { name: 'c', value: '{a: 1}', code: true },
      ],
    });
    expect(answer).toEqual({
      value: '{\n   "c": {\n      "a": 1\n   },\n   "e": "x",\n   "n": 42,\n   "t": "41"\n}\n',
    });
  });

  test('says what fails where', async () => {
    expect(await jsonnet({ '/repo/app/main.jsonnet': "{ a: error 'no' }" })).toEqual({
      error: expect.stringMatching(/^RUNTIME ERROR: no\n\t\/repo\/app\/main\.jsonnet:1:6-16\t/),
    });
    expect(await jsonnet({ '/repo/app/main.jsonnet': "import 'gone'" })).toEqual({
      error: expect.stringContaining('couldn\'t open import "gone": no match locally or in the Jsonnet library paths'),
    });
  });
});

describe('what never ends', () => {
  const chart = (template: string): Json => ({
    releaseName: 'r',
    namespace: 'n',
    files: { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'templates/a.yaml': template },
  });

  test('a runaway chart fails alone: other charts and other engines answer', async () => {
    const results = await tools.call(
      [
        { op: 'helmTemplate', args: chart('{{ range until 2000000 }}{{ range until 2000000 }}{{ end }}{{ end }}') },
        { op: 'helmTemplate', args: chart('kind: A') },
        { op: 'jsonnet', args: { files: { '/a': '1' }, path: '/a', tlas: [], extVars: [], libs: [] } },
      ],
      { deadlineMs: 3_000 },
    );
    expect(results).toEqual([
      { ok: false, error: 'This call took longer than 3 s and was stopped.' },
      { ok: true, value: { manifest: '---\n# Source: c/templates/a.yaml\nkind: A\n' } },
      { ok: true, value: { value: '1\n' } },
    ]);
  });

  test('a chart that eats the memory fails alone', async () => {
    const hungry = '{{ $l := list }}{{ range until 1000 }}{{ $l = append $l (repeat 5000000 "x") }}{{ end }}';
    const results = await tools.call([
      { op: 'helmTemplate', args: chart(hungry) },
      { op: 'helmTemplate', args: chart('kind: A') },
    ]);
    expect(results.map(it => (it.ok ? 'answered' : it.error))).toEqual([
      'This call ran out of memory and was stopped.',
      'answered',
    ]);
  });

  test('a list of too many numbers is a memory that is not there', async () => {
    const [result] = await tools.call([{ op: 'helmTemplate', args: chart('{{ until 900000000 | len }}') }]);
    expect(result).toEqual({ ok: false, error: 'This call ran out of memory and was stopped.' });
  });

  test('endless recursion of templates ends in the words of the program', async () => {
    const endless = '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}';
    const [result] = await tools.call([{ op: 'helmTemplate', args: chart(endless) }]);
    expect(result).toMatchObject({
      ok: true,
      value: { error: expect.stringContaining('rendering template has a nested reference name: a') },
    });
  });

  test('endless recursion in Jsonnet ends', async () => {
    const args = { files: { '/a': 'local f(x) = f(x + 1); f(0)' }, path: '/a', tlas: [], extVars: [], libs: [] };
    const [result] = await tools.call([{ op: 'jsonnet', args }]);
    expect(result).toMatchObject({ ok: true, value: { error: expect.stringContaining('max stack frames exceeded') } });
  });
});
