import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import { RegisteredParameters } from '../../server/adapters/golib/parameters.ts';
import type { LibraryCall } from '../../server/core/facts/facts.ts';
import type { Json } from '../../server/core/text/json.ts';
import { buildGolib } from '../../server/golib/build.mjs';

let library: Golib;

beforeAll(async () => {
  library = new Golib({ wasm: await buildGolib() });
  void library.warmUp();
}, 600_000);

afterAll(() => library.dispose());

const goTemplates = (
  templates: readonly string[],
  params: readonly Json[],
  options: readonly string[] = [],
): LibraryCall => ({
  op: 'templates',
  args: { mode: 'go', options, templates, params },
});

async function value(op: string, args: Json): Promise<Json> {
  const [result] = await library.call([{ op, args }]);
  if (result?.ok !== true) throw new Error(result?.error ?? 'no result');
  return result.value;
}

describe('templates', () => {
  test('answers template by template', async () => {
    expect(
      await value('templates', {
        mode: 'go',
        templates: ['{{ .name }}', '{{ .name | upper }}-{{ normalize "A_b" }}'],
        params: [{ name: 'a' }, { name: 'b' }],
      }),
    ).toEqual(['a', 'b', 'A-a-b', 'B-a-b']);
  });

  test('words mistakes as Argo CD does', async () => {
    const templates = ['{{ .x | nope }}', '{{ fail "no" }}', '{{ .missing }}', 'plain'];
    expect(await value('templates', { mode: 'go', options: ['missingkey=error'], templates, params: [{}] })).toEqual([
      {
        error: 'failed to parse template {{ .x | nope }}: template: base:1: function "nope" not defined',
        stage: 'parse',
      },
      {
        error:
          'failed to execute go template {{ fail "no" }}: template: base:1:3: executing "base" at <fail "no">: error calling fail: no',
        stage: 'execute',
      },
      {
        error:
          'failed to execute go template {{ .missing }}: template: base:1:3: executing "base" at <.missing>: map has no entry for key "missing"',
        stage: 'execute',
      },
      'plain',
    ]);
  });

  test('an unknown option is an error, though it panics the controller', async () => {
    expect(
      await value('templates', { mode: 'go', options: ['nonsense'], templates: ['{{ . }}'], params: [{}] }),
    ).toEqual([{ error: 'unrecognized option: nonsense', stage: 'option' }]);
  });

  test('numbers are float64, as JSON gives them to Argo CD', async () => {
    expect(
      await value('templates', { mode: 'go', templates: ['{{ .n }}'], params: [{ n: 1000000 }, { n: 3 }] }),
    ).toEqual(['1e+06', '3']);
  });

  test('fast mode leaves unknown tags and values that are no strings', async () => {
    expect(
      await value('templates', {
        mode: 'fast',
        templates: ['{{ a }}/{{b}}/{{n}}/{{}}', 'no {{tag', '{{a}} {{'],
        params: [{ a: 'x', n: 1 }],
      }),
    ).toEqual([
      'x/{{b}}/{{n}}/{{}}',
      'no {{tag',
      { error: expect.stringContaining('invalid template: '), stage: 'parse' },
    ]);
  });

  test('typed values behave as the Go types they are in Argo CD', async () => {
    const params = [{ values: { a: '1' } }];
    const templates = ['{{ hasKey .values "a" }}'];
    expect(await value('templates', { mode: 'go', templates, params })).toEqual(['true']);
    expect(
      await value('templates', { mode: 'go', templates, params, types: { '/values': 'map[string]string' } }),
    ).toEqual([{ error: expect.stringContaining('got map[string]string'), stage: 'execute' }]);
  });

  test('a change of the parameters is seen by later templates of the same set only', async () => {
    const templates = ['{{ set . "a" "changed" | len }}', '{{ .a }}'];
    const params = [{ a: 'x' }, { a: 'y' }];
    const pairs = [
      [0, 0],
      [1, 0],
      [1, 1],
    ];
    expect(await value('templates', { mode: 'go', templates, params, pairs })).toEqual(['1', 'changed', 'y']);
  });
});

describe('what never ends', () => {
  test('a runaway template fails alone', async () => {
    const runaway = '{{ range until 2000000 }}{{ range until 2000000 }}{{ end }}{{ end }}';
    const results = await library.call(
      [goTemplates(['{{ .a }}', runaway, 'x{{ .a }}'], [{ a: '1' }]), { op: 'functions', args: {} }],
      {
        deadlineMs: 300,
      },
    );
    expect(results[0]).toEqual({
      ok: true,
      value: [
        '1',
        { error: `The template ${runaway} took longer than 0.3 s and was stopped.`, stage: 'stopped' },
        'x1',
      ],
    });
    expect(results[1]?.ok).toBe(true);
  });

  test('a template that eats the memory fails alone', async () => {
    const hungry =
      '{{ $l := list }}{{ range until 1000 }}{{ $l = append $l (repeat 5000000 "x") }}{{ end }}{{ len $l }}';
    const [result] = await library.call([goTemplates([hungry, '{{ .a }}'], [{ a: '1' }])], { deadlineMs: 20_000 });
    expect(result).toEqual({
      ok: true,
      value: [{ error: `The template ${hungry} ran out of memory and was stopped.`, stage: 'stopped' }, '1'],
    });
  });

  test('endless output ends with an error of its own', async () => {
    const wide = '{{ range until 100000 }}{{ repeat 1000 "x" }}{{ end }}';
    expect(await value('templates', { mode: 'go', templates: [wide], params: [{}] })).toEqual([
      { error: expect.stringContaining('the output is longer than 4 MB'), stage: 'execute' },
    ]);
  });

  test('endless recursion is refused in the words of a native program', async () => {
    const endless = '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}';
    expect(await value('templates', { mode: 'go', templates: [endless], params: [{}] })).toEqual([
      { error: expect.stringContaining('exceeded maximum template depth (100000)'), stage: 'execute' },
    ]);
  });

  test('an endless query fails alone', async () => {
    const results = await library.call(
      [
        { op: 'jq', args: { query: 'def f: f; f', input: null } },
        { op: 'jq', args: { query: '.a', input: { a: 1 } } },
      ],
      { deadlineMs: 200 },
    );
    expect(results).toEqual([
      { ok: false, error: 'This call took longer than 0.2 s and was stopped.' },
      { ok: true, value: { values: [1] } },
    ]);
  });

  test('an aborted call rejects, and the next is answered by the same worker', async () => {
    const abort = new AbortController();
    const many = library.call(
      [
        goTemplates(
          ['{{ range until 1000 }}{{ . }}{{ end }}'],
          Array.from({ length: 5000 }, () => ({})),
        ),
      ],
      {
        signal: abort.signal,
      },
    );
    setTimeout(() => abort.abort(new Error('typed on')), 30);
    await expect(many).rejects.toThrow('typed on');
    expect(await value('templates', { mode: 'go', templates: ['{{ 1 }}'], params: [{}] })).toEqual(['1']);
  });
});

describe('registered parameters', () => {
  const params = Array.from({ length: 100 }, (_, i) => ({ a: `v${i}` }));

  test('a set is sent once, and known again after a worker was lost', async () => {
    const ask = async () =>
      (await value('templates', { mode: 'go', templates: ['{{ .a }}'], params: [...params] })) as Json[];
    expect((await ask())[99]).toBe('v99');
    expect((await ask())[99]).toBe('v99');
    await library.call([{ op: 'jq', args: { query: 'def f: f; f', input: null } }], { deadlineMs: 100 });
    expect((await ask())[99]).toBe('v99');
  });

  test('only new sets are sent, in a call of their own', () => {
    const registered = new RegisteredParameters();
    const ask = (sets: readonly Json[], types: Json = {}) =>
      registered.prepare([{ op: 'templates', args: { mode: 'go', templates: ['{{ .a }}'], params: sets, types } }]);
    expect(ask(params)).toMatchObject({
      skip: 1,
      calls: [{ op: 'paramsPut', args: { ids: { length: 100 } } }, { op: 'templates' }],
    });
    expect(ask(params).calls).toHaveLength(1);
    expect(ask([...params, { a: 'new' }]).calls[0]).toEqual({
      op: 'paramsPut',
      args: { ids: [100], params: [{ a: 'new' }], types: {} },
    });
    // Other Go types make another set.
    expect(ask(params, { '/a': '[]string' }).skip).toBe(1);
  });
});

test('what runs when the library is closed is answered', async () => {
  const closing = new Golib({ wasm: await buildGolib() });
  const running = closing.call([{ op: 'jq', args: { query: 'def f: f; f', input: null } }]);
  await closing.call([], {});
  setTimeout(() => void closing.dispose(), 300);
  expect(await running).toEqual([{ ok: false, error: 'The template library was closed.' }]);
});

test('where the module is missing, every call says so', async () => {
  const broken = new Golib({ wasm: '/nowhere/light.wasm.br' });
  const [result] = await broken.call([{ op: 'functions', args: {} }]);
  expect(result).toEqual({ ok: false, error: expect.stringContaining('The template library could not run: ENOENT') });
});
