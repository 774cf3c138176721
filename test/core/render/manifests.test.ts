import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../server/core/documents/parse.ts';
import type { Facts, LibraryCall } from '../../../server/core/facts/facts.ts';
import { decodeTexts, itemsOf } from '../../../server/core/render/manifests.ts';

/** Answers `yamlToJson` with our own parser, which agrees with Go's on what these cases use. */
const facts: Facts = {
  get: ((_: string, of: LibraryCall) => ({
    ok: true,
    value: (of.args as unknown as { texts: string[] }).texts.map(text => {
      const [document] = parseFile('x.yaml', text).documents;
      return document?.broken ? { error: 'yaml: broken' } : { value: document?.value ?? null };
    }),
  })) as unknown as Facts['get'],
};

const told = (text: string) =>
  (decodeTexts([text], facts)[0] ?? []).map(it => (it.kind === 'object' ? it.object.metadata : it.message));

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

describe('the objects of a text', () => {
  it('stand between lines that begin with three dashes; empty documents are none', () => {
    expect(told(`---\n${configMap('a')}---\n---\n# nothing\n--- # b\n${configMap('b')}...\n`)).toEqual([
      { name: 'a' },
      { name: 'b' },
    ]);
  });

  it('end with the first error', () => {
    // What stands before a line that divides nothing is lost with it.
    expect(told(`${configMap('a')}--- oops\n${configMap('b')}`)).toEqual(['invalid Yaml document separator: oops']);
    expect(told(`kind: ConfigMap\n---\nfoo: bar\n---\n${configMap('b')}`)).toEqual([
      undefined,
      `error unmarshaling JSON: while decoding JSON: Object 'Kind' is missing in '{"foo":"bar"}'`,
    ]);
    expect(told('- a\n')).toEqual([
      'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ]);
  });

  it('may be a stream of JSON, and YAML that begins like it', () => {
    expect(told('{"kind": "A", "metadata": 1}\n{"kind": "B", "metadata": 2}')).toEqual([1, 2]);
    expect(told('{kind: A, metadata: 1}\n')).toEqual([1]);
    expect(told('{"kind": [1, }')).toEqual(["json: offset 14: invalid character '}' looking for beginning of value"]);
  });

  it('have numbers as large as Go takes them, and the others as YAML does; half a pair of surrogates is no character', () => {
    expect(told('{"kind": "A", "metadata": 1e400}\n{"kind": "B"')).toEqual([
      'json: cannot unmarshal number 1e400 into Go value of type float64',
    ]);
    expect(told('{"kind": "A", "metadata": "1e400 \\ud83d \\ud83d\\ude00"}')).toEqual(['1e400 \ufffd \u{1f600}']);
  });

  it('have no kind with a version that is none', () => {
    expect(told('apiVersion: a/b/c\nkind: A\n')[0]).toMatch(/Object 'Kind' is missing/);
  });
});

it('lists stand for their items, one level deep, and a null list for nothing', () => {
  const list = { kind: 'List', items: [{ kind: 'List', items: [] }] };
  expect(itemsOf(list)).toEqual([{ kind: 'List', items: [] }]);
  expect(itemsOf({ kind: 'ConfigMapList', items: null })).toEqual([]);
  expect(itemsOf({ kind: 'Own', items: null, spec: {} })).toHaveLength(1);
});
