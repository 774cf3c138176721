import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../server/core/documents/parse.ts';

const text = (file: { text: string }, span: { start: number; end: number } | undefined) =>
  span && file.text.slice(span.start, span.end);

describe('a file of several documents', () => {
  const file = parseFile(
    'a.yaml',
    '# head\n---\nkind: A\nmetadata: {name: one}\n---\nkind: B\non: yes\nnum: 012\nt: 1:30\nd: 2020-01-01\n',
  );

  it('knows each by kind and name, with values as Go reads them', () => {
    expect(file.documents.map(it => [it.kind, it.name])).toEqual([
      ['A', 'one'],
      ['B', undefined],
    ]);
    expect(file.documents[1]?.value).toEqual({ kind: 'B', true: true, num: 10, t: '1:30', d: '2020-01-01' });
  });

  it('places values by pointer in the whole file', () => {
    expect(text(file, file.documents[1]?.spanOf('/num', 'entry'))).toBe('num: 012');
    expect(text(file, file.documents[0]?.spanOf('/metadata/name', 'value'))).toBe('one');
  });

  it('takes over documents that did not change', () => {
    const next = parseFile('a.yaml', file.text.replace('one', 'first'), { previous: file });
    expect(next.documents[1]?.yaml).toBe(file.documents[1]?.yaml);
    expect(text(next, next.documents[1]?.spanOf('/num', 'entry'))).toBe('num: 012');
  });
});

describe('a file that is read in one piece', () => {
  const source = '%YAML 1.1\n---\nkind: A\nx: 1\n...\n---\nkind: B\n';
  const file = parseFile('a.yaml', source);

  it('still has documents of their own', () => {
    expect(file.documents.map(it => it.kind)).toEqual(['A', 'B']);
    expect(file.documents.map(it => text(file, it.span))).toEqual([source.slice(0, 31), source.slice(31)]);
    expect(text(file, file.documents[1]?.spanOf('/kind', 'value'))).toBe('B');
  });
});

it('a byte order mark is a character like any other', () => {
  const file = parseFile('a.yaml', '\uFEFFkind: "😀"\nname: a\n');
  expect(text(file, file.documents[0]?.spanOf('/kind', 'value'))).toBe('"😀"');
  expect(text(file, file.documents[0]?.spanOf('/name', 'value'))).toBe('a');
});

describe('a range inside a scalar', () => {
  const within = (source: string, path: string, part: string) => {
    const file = parseFile('a.yaml', source);
    const document = file.documents[0];
    const value = path
      .split('/')
      .slice(1)
      .reduce<unknown>((it, key) => (it as Record<string, unknown>)[key], document?.value) as string;
    const start = value.indexOf(part);
    return text(file, document?.spanWithin(path, { start, end: start + part.length }));
  };

  it.each([
    ['plain', 'a: x {{ .y }} z\n'],
    ['single quotes', "a: 'it''s {{ .y }}'\n"],
    ['double quotes', 'a: "\\u00e9\\n\\"😀 {{ .y }}"\n'],
    ['a literal block', 'a: |\n    x\n      deeper\n    {{ .y }} z\n'],
    ['a folded block', 'a: >-\n  one\n  two\n\n  {{ .y }}\n'],
    ['CRLF', 'a: |\r\n  x\r\n  {{ .y }}\r\n'],
    ['quotes over lines', 'a: "one\n  two {{ .y }}"\n'],
  ])('stands where the author typed it: %s', (_, source) => {
    expect(within(source, '/a', '{{ .y }}')).toBe('{{ .y }}');
  });

  it('finds the decoded offset under the cursor', () => {
    const source = "spec:\n  name: 'it''s {{ .y }}'\n";
    const file = parseFile('a.yaml', source);
    expect(file.documents[0]?.at(source.indexOf('.y'))).toEqual({
      path: '/spec/name',
      part: 'value',
      scalar: { text: "it's {{ .y }}", offset: 8 },
    });
  });
});

describe('mistakes of syntax', () => {
  it.each([
    ["a: 'a' b", 'Nothing may follow here'],
    ['a: b: c', 'A value cannot hold another'],
    ['a: "b', 'A quote is opened'],
    ['a: @b', 'A plain value cannot begin'],
    ['a: [b, c', 'The "[" before has no "]"'],
    ['a', 'A ":" is missing'],
    ['a: 1\n  b: 2', 'A value cannot hold another'],
    ['a:\n\tb: 1', 'YAML is indented with spaces'],
    ['a: "\\d"', 'This is no escape'],
  ])('say what to do, once: %s', (source, words) => {
    const { errors = [] } = parseFile('a.yaml', `kind: A\n${source}\nlast: 1\nmore: {}\n`).documents[0] ?? {};
    expect(errors.map(it => it.message.slice(0, words.length))).toEqual([words]);
  });
});

describe('anchors and merge keys', () => {
  const valueIn = (source: string) => parseFile('a.yaml', source).documents[0]?.value;

  it('are resolved as go-yaml does: a merge overrides what stands above it', () => {
    expect(valueIn('base: &b {x: 1, y: 2}\nkind: {z: 3, x: 9, <<: *b, k: 4}\n')).toEqual({
      base: { x: 1, true: 2 },
      kind: { z: 3, x: 1, true: 2, k: 4 },
    });
  });

  it('an anchor may be used hundreds of times', () => {
    const uses = Array.from({ length: 500 }, () => '- *a').join('\n');
    expect(valueIn(`kind: &a {b: c}\nlist:\n${uses}\n`)).toMatchObject({ list: { length: 500 } });
  });

  it.each([
    ['a: &a [*a]', 'Anchor "a" contains itself'],
    ['a: *b\nb: &b 1', 'There is no anchor "b" above its alias'],
  ])('mistakes are told: %s', (source, problem) => {
    expect(parseFile('a.yaml', source).documents[0]?.valueProblem).toBe(problem);
  });
});

describe('under the cursor', () => {
  const at = (marked: string) => {
    const offset = marked.indexOf('<|>');
    return parseFile('a.yaml', marked.replace('<|>', '')).documents[0]?.at(offset);
  };
  const set = 'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n';

  it.each([
    ['name: {{ .<|>', '{{ .', 4],
    ['name: {{ .x }}-{{ <|> }} # why', '{{ .x }}-{{  }}', 12],
    ["name: '{{ .<|>'", '{{ .', 4],
    ['name: "a{{ .<|>"', 'a{{ .', 5],
    ['name: >-\n    {{ .<|>', '{{ .', 4],
    ['name: |\n    x\n      {{ .<|> }}', 'x\n  {{ . }}\n', 8],
  ])('a template that is being typed is text: %s', (line, text, offset) => {
    expect(at(`${set}  ${line}\n  other: a\n`)).toEqual({
      path: '/spec/name',
      part: 'value',
      scalar: { text, offset },
    });
  });

  it('an empty value belongs to its key', () =>
    expect(at(`${set}  project: <|>\n  other: a\n`)).toMatchObject({ path: '/spec/project', part: 'value' }));
  it('a key is a key', () => expect(at(`${set}  pro<|>ject: a\n`)).toEqual({ path: '/spec/project', part: 'key' }));
});

describe('files that make manifests', () => {
  it.each([
    ['chart/templates/app.yaml', 'kind: Application\nmetadata:\n  name: {{ .Values.name }}\n'],
    ['a.yaml', '{{- if .Values.x }}\nkind: Application\n{{- end }}\n'],
    ['a.yaml', 'kind: Application\n{% if x %}\n'],
    ['app.yaml.j2', 'kind: Application\n'],
    ['a.yaml', 'kind: Application\nmetadata:\n  name: {{ name }}\n'],
    ['chart/templates/set.yaml', "kind: ApplicationSet\nmetadata:\n  name: '{{ `{{ .x }}` }}'\n"],
  ])('are left alone: %s', (file, source) => {
    expect(parseFile(file, source).content).toBe('template');
  });

  it('an ApplicationSet with a templatePatch is a manifest', () => {
    const source = 'kind: ApplicationSet\nspec:\n  templatePatch: |\n    {{- if .x }}\n    a: b\n    {{- end }}\n';
    expect(parseFile('a.yaml', source).content).toBe('manifests');
  });
});

describe('files that are manifests for all their braces', () => {
  it.each([
    ['a plain text with braces in it', 'kind: ConfigMap\ndata:\n  text: Pod {{ $labels.pod }} is down\n'],
    ['a quoted text over lines', "kind: ApplicationSet\nspec:\n  x: '{{ .a }}\n    {{ if .b }}c{{ end }}'\n"],
    ['an unquoted template', 'kind: ApplicationSet\nmetadata:\n  name: {{ .x }}\n'],
    ['a block scalar', 'kind: ConfigMap\ndata:\n  x: |\n    {{- if .x }}\n    {{ .Values.y }}\n'],
  ])('%s', (_, source) => expect(parseFile('a.yaml', source).content).toBe('manifests'));
});

describe('a file that is not read', () => {
  const deep = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: ${'['.repeat(1000)}\n`;

  it('says so where it seems to be ours', () => {
    const { content, findings } = parseFile('a.yaml', deep);
    expect([content, findings.map(it => it.code)]).toEqual(['skipped', ['file-skipped']]);
  });
  it('is passed over in silence where it is not', () => {
    expect(parseFile('a.yaml', 'x'.repeat(20), { maxLength: 10 }).findings).toEqual([]);
  });
  it('takes no time, however large', () => {
    expect(parseFile('a.yaml', 'kind: Application\n'.repeat(3_000_000)).content).toBe('skipped');
  });
});

describe('hostile text', () => {
  it.each([
    ['cyclic anchor', 'a: &x\n  b: *x\n'],
    [
      'anchor bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
        .join('\n')}\n`,
    ],
    ['deep nesting', '['.repeat(20000)],
    ['deep indentation', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['lists in lists', '- '.repeat(100_000)],
    [
      'a web of merges',
      `a0: &a0 {x: 1}\n${Array.from({ length: 99 }, (_, i) => `a${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}]}`).join('\n')}\n`,
    ],
    ['a licence with CRLF above two documents', `${'# x\r\n'.repeat(50)}kind: A\r\n---\r\nkind: B\r\n`],
    ['tabs', 'a:\n\tb: c\n'],
    ['binary', 'PK\0\x03'],
    ['a lone quote', 'a: "\nb: c'],
  ])('neither throws nor hangs: %s', (_, source) => {
    const file = parseFile('a.yaml', source);
    for (const document of file.documents) expect(() => JSON.stringify(document.value)).not.toThrow();
  });
});
