import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contextAt } from '../../../server/core/generate/templates/cursor.ts';
import { dependenciesOf, projected } from '../../../server/core/generate/templates/dependencies.ts';
import { parseFastTemplate, unclosedFastTag } from '../../../server/core/generate/templates/fast.ts';
import { functions } from '../../../server/core/generate/templates/functions.ts';
import { locateError } from '../../../server/core/generate/templates/locate.ts';
import { parseGoTemplate } from '../../../server/core/generate/templates/parse.ts';
import { fieldsIn, functionsIn } from '../../../server/core/generate/templates/references.ts';

/** Marks the error's place with « » and puts its message behind. */
function marked(template: string): string {
  const [error] = parseGoTemplate(template).errors;
  if (error === undefined) return template;
  const { start, end } = error.span;
  return `${template.slice(0, start)}«${template.slice(start, end)}»${template.slice(end)} ${error.message}`;
}

describe('a mistake is marked where it stands', () => {
  test.each([
    'ü😀 {{ .x | «nope» }} function "nope" not defined',
    '{{ «$y» }} undefined variable "$y"',
    '«{{ if .x }}»{{ .y }} unexpected EOF',
    '{{ if .x }}«{{ with .y }}» unexpected EOF',
    'a «{{ end }}» unexpected {{end}}',
    '{{ if .x }}{{ else }}«{{ else }}»{{ end }} expected end; found {{else}}',
    'a «{{ .x» unclosed action',
    '«{{ }}» missing value for command',
    '{{ .x | «"a"» }} non executable command in pipeline stage 2',
    '{{ «"abc }}» unterminated quoted string',
    '{{ «089» }} integer overflow: "089"',
    "{{ .x«“» }} bad character U+201C '“'",
    '{{ .x «&» .y }} unexpected "&" in operand',
    '«{{ break }}» {{break}} outside {{range}}',
    '{{ (.x «»}} unclosed left paren',
    '{{ «"a".b» }} unexpected . after term "\\"a\\""',
  ])('%s', expected => {
    const template = expected.slice(0, expected.indexOf('»') + 1 + rest(expected)).replace(/[«»]/g, '');
    expect(marked(template)).toBe(expected);
  });

  /** Templates of the table end at their last brace, or at the mark. */
  function rest(expected: string): number {
    const after = expected.slice(expected.indexOf('»') + 1);
    const close = after.lastIndexOf('}} ');
    const isMessage = /^ \S/.test(after) && !after.startsWith(' }}') && !after.startsWith(' .y');
    return isMessage || close < 0 ? 0 : close + 2;
  }
});

function fields(template: string): readonly string[] {
  return fieldsIn(parseGoTemplate(template)).map(
    it =>
      `${it.path.join('/')}${it.guarded ? ' guarded' : ''}${it.lenient ? ' lenient' : ''} ${template.slice(it.span.start, it.span.end)}`,
  );
}

describe('the parameters that a template reads', () => {
  test('are paths from the root', () => {
    expect(fields('{{.path.basename}}-{{ $.name | upper }}')).toEqual(['path/basename .path.basename', 'name $.name']);
  });

  test('follow `with`, variables and blocks', () => {
    expect(
      fields(
        '{{ with .metadata }}{{ .labels.env }}{{ end }}{{ $p := .path }}{{ $p.basename }}{{ block "b" .m }}{{ .x }}{{ end }}',
      ),
    ).toEqual([
      'metadata guarded .metadata',
      'metadata/labels/env guarded .labels.env',
      'path .path',
      'path/basename $p.basename',
      'm .m',
      'm/x .x',
    ]);
  });

  test('are not told where only a run could know: elements of a range, other templates', () => {
    expect(fields('{{ range .l }}{{ .x }}{{ $.y }}{{ end }}{{ define "t" }}{{ .z }}{{ end }}')).toEqual([
      'l .l',
      'y $.y',
    ]);
  });

  test('are guarded where their absence was thought of', () => {
    expect(fields('{{ if .a }}{{ .b }}{{ end }}{{ default "x" .c }}{{ .d | default "y" }}{{ .e }}')).toEqual([
      'a guarded .a',
      'b guarded .b',
      'c guarded .c',
      'd guarded .d',
      'e .e',
    ]);
  });

  test('may be read with `index`, `get`, `dig` and `hasKey`', () => {
    expect(
      fields('{{ index .metadata.labels "a/b" }}{{ hasKey . "x" }}{{ dig "a" "b" "" .m }}{{ (index .l 0).n }}'),
    ).toEqual([
      'metadata/labels/a/b lenient index .metadata.labels "a/b"',
      'x guarded lenient hasKey . "x"',
      'm/a/b guarded lenient dig "a" "b" "" .m',
      'l/0/n (index .l 0).n',
      'l/0 lenient index .l 0',
    ]);
  });

  test('and the functions that it calls', () => {
    expect(functionsIn(parseGoTemplate('{{ .a | upper }}{{ (lower .b) }}')).map(it => it.name)).toEqual([
      'upper',
      'lower',
    ]);
  });
});

function context(text: string): ReturnType<typeof contextAt> {
  const offset = text.indexOf('<|>');
  return contextAt(text.replace('<|>', ''), offset);
}

describe('the cursor', () => {
  test.each([
    ['a<|>b {{ .x }}', { kind: 'outside' }],
    ['{{ .x }}<|>', { kind: 'outside' }],
    ['{{ .pa<|> }}', { kind: 'field', base: [], prefix: 'pa', span: { start: 4, end: 6 } }],
    ['{{ .path.<|>', { kind: 'field', base: ['path'], prefix: '' }],
    ['{{ .path.base<|>name }}', { kind: 'field', base: ['path'], prefix: 'base', span: { start: 9, end: 17 } }],
    ['{{ with .m }}{{ .<|>', { kind: 'field', base: ['m'] }],
    ['{{ with .m }}{{ $.<|>', { kind: 'field', base: [] }],
    ['{{ $v := .m.n }}{{ $v.a.<|>x }}', { kind: 'field', base: ['m', 'n', 'a'] }],
    ['{{ range .l }}{{ .<|> }}{{ end }}', { kind: 'field', base: undefined }],
    ['{{ range .l }}{{ end }}{{ .<|> }}', { kind: 'field', base: [] }],
    ['{{ if .a }}x{{ else }}{{ .<|> }}', { kind: 'field', base: [] }],
    ['{{ (index .l 0).<|> }}', { kind: 'field', base: undefined }],
    ['{{ .x | up<|> }}', { kind: 'function', prefix: 'up', first: false }],
    ['{{ <|> }}', { kind: 'function', prefix: '', first: true, dot: [] }],
    ['{{ i<|>', { kind: 'function', prefix: 'i', first: true }],
    ['{{ $v := 1 }}{{ $<|>', { kind: 'variable', prefix: '$', variables: ['$', '$v'] }],
    ['{{ "a<|>" }}', { kind: 'nothing' }],
    ['{{/* a <|> */}}', { kind: 'nothing' }],
    ['{{ .a }} {{ eq .b "x" | .<|>', { kind: 'field', base: [] }],
  ])('%s', (text, expected) => {
    expect(context(text)).toMatchObject(expected);
  });
});

describe('fast templates', () => {
  test('have tags, trimmed, with their places', () => {
    expect(parseFastTemplate('a {{ name }}/{{path[0]}}{{}}').map(it => [it.tag, it.span.start, it.span.end])).toEqual([
      ['name', 5, 9],
      ['path[0]', 15, 22],
      ['', 26, 26],
    ]);
  });

  test('are looked at only where a whole tag stands on one line', () => {
    expect(parseFastTemplate('{{ a\n}}')).toEqual([]);
    expect(parseFastTemplate('{{ a\n}} {{b}}').map(it => it.tag)).toEqual(['a', 'b']);
    expect(unclosedFastTag('{{ a')).toBeUndefined();
    expect(unclosedFastTag('{{a}} {{ b')).toEqual({ start: 6, end: 10 });
  });
});

test('the message of an execution error leads to its expression, though the template itself looks like a message', () => {
  const template = 'template: base:9:9: {{ .a.b.c }}';
  const message = `failed to execute go template ${template}: template: base:1:25: executing "base" at <.a.b.c>: nil data; no entry for key "b"`;
  const { start, end } = locateError(template, message);
  expect(template.slice(start, end)).toBe('.a.b.c');
});

test('every function has a signature that begins with its name, and a sentence', () => {
  for (const it of functions) {
    expect(it.signature.split(' ')[0]).toBe(it.name);
    expect(it.summary).toMatch(/[.…]$/);
  }
});

test('nothing that can be typed makes it throw', () => {
  const pieces = [
    '{{',
    '}}',
    '.',
    '$',
    'a',
    ' ',
    '"',
    '`',
    "'",
    '(',
    ')',
    '|',
    '-',
    '/*',
    '*/',
    '\n',
    'if',
    'end',
    'else',
    '😀',
    '\ud83d',
    '0',
    ':=',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), fc.nat(60), (parts, offset) => {
      const text = parts.join('');
      const parsed = parseGoTemplate(text);
      fieldsIn(parsed);
      contextAt(text, offset);
      locateError(text, `template: base:1:${offset}: executing "base" at <${text}>: x`);
      parseFastTemplate(text);
      for (const { span } of parsed.errors) expect(span.start <= span.end && span.end <= text.length).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('deep nesting is left to the library', () => {
  expect(parseGoTemplate('{{ if . }}'.repeat(5000)).errors[0]?.limit).toBe(true);
  expect(parseGoTemplate(`{{ ${'('.repeat(50_000)}`).errors[0]?.limit).toBe(true);
});

describe('what a result depends on', () => {
  const of = (template: string) => dependenciesOf(parseGoTemplate(template))?.map(it => it.join('.'));

  test('is the list of its parameters, without those that others include', () => {
    expect(of('{{ .server | upper }} {{ .path.basename }}{{ .path }}')).toEqual(['server', 'path']);
    expect(of('{{ with .m }}{{ .x }}{{ end }}')).toEqual(['m']);
    expect(of('{{ index .m.labels "a/b" }}{{ range .l }}{{ .x }}{{ end }}')).toEqual(['l', 'm.labels.a/b']);
    expect(of('plain')).toEqual([]);
  });

  test('is not told where all are taken, changed, or chance decides', () => {
    for (const template of [
      '{{ toJson . }}',
      '{{ $ | len }}',
      '{{ $x := . }}',
      '{{ template "t" . }}',
      '{{ set .m "a" 1 }}',
      '{{ .a }}{{ randAlpha 5 }}',
      '{{ now }}',
      '{{ .x',
    ])
      expect(of(template), template).toBeUndefined();
  });

  test('cuts parameters down', () => {
    const params = { server: 's', m: { a: { x: 1, y: 2 }, b: 3 }, l: [{ n: 1 }], t: 'text' };
    expect(
      projected(params, [
        ['m', 'a', 'x'],
        ['l', '0', 'n'],
        ['t', 'u'],
        ['none', 'x'],
      ]),
    ).toEqual({
      m: { a: { x: 1 } },
      l: [{ n: 1 }],
      t: 'text',
    });
  });
});

test('a template of twenty thousand lines is read to its end', () => {
  const long = '{{ .a | upper }}\nsome text\n'.repeat(10_000);
  expect(parseGoTemplate(long).errors).toEqual([]);
  expect(parseGoTemplate(`${long}{{ if`).errors[0]).toMatchObject({ line: 20_001, message: 'unclosed action' });
  expect(contextAt(long, long.length - 16)).toMatchObject({ kind: 'function', prefix: 'upp' });
});
