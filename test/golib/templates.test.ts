import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import { dependenciesOf, projected } from '../../server/core/generate/templates/dependencies.ts';
import { functions } from '../../server/core/generate/templates/functions.ts';
import { locateError } from '../../server/core/generate/templates/locate.ts';
import { parseGoTemplate } from '../../server/core/generate/templates/parse.ts';
import type { Json } from '../../server/core/text/json.ts';
import { buildGolib } from '../../server/golib/build.mjs';

/** Our parser of templates is compared with Go's own: the same templates are refused, in the same words. */

let library: Golib;

beforeAll(async () => {
  library = new Golib({ wasm: await buildGolib() });
}, 600_000);

afterAll(() => library.dispose());

/** Go's parse error of each template, `undefined` where it parses. */
async function goErrors(templates: readonly string[]): Promise<readonly (string | undefined)[]> {
  const [result] = await library.call([{ op: 'parseTemplates', args: { templates } }], { deadlineMs: 30_000 });
  if (result?.ok !== true) throw new Error(result?.error);
  return (result.value as readonly Json[]).map(it => (typeof it === 'string' ? it : undefined));
}

function ourError(template: string): string | undefined {
  const error = parseGoTemplate(template).errors[0];
  return error === undefined ? undefined : `template: base:${error.line}: ${error.message}`;
}

async function expectAgreement(templates: readonly string[]): Promise<void> {
  const theirs = await goErrors(templates);
  const differences = templates.flatMap((template, at) => {
    const ours = ourError(template);
    return ours === theirs[at] ? [] : [{ template, ours, theirs: theirs[at] }];
  });
  expect(differences.slice(0, 20), `${differences.length} of ${templates.length} differ`).toEqual([]);
}

test('the table of functions names what the library has', async () => {
  const [result] = await library.call([{ op: 'functions', args: {} }]);
  expect(functions.map(it => it.name).sort()).toEqual(result?.ok === true ? result.value : undefined);
});

test('a template gives the same with nothing but the parameters that it depends on', async () => {
  const piece = fc.constantFrom(
    '{{ .a }}',
    '{{ .m.x }}',
    '{{ .m.none.y }}',
    '{{ index .m "x" }}',
    '{{ index .l 5 }}',
    '{{ index .l 0 }}',
    '{{ .a.b }}',
    '{{ hasKey .m "y" }}',
    '{{ with .m }}{{ .x }}{{ len . }}{{ end }}',
    '{{ if .m.x }}y{{ end }}',
    '{{ range $k, $v := .m }}{{ $k }}{{ end }}',
    '{{ $v := .m }}{{ $v.x }}',
    '{{ (index .l 1).n }}',
    '{{ dig "x" "none" .m }}',
    '{{ get .m "q" }}',
    '{{ .none | default "d" }}',
    '{{ $.a | upper }}',
    '{{ range .l }}{{ $.a }}{{ end }}',
    '{{ block "b" .m }}{{ .x }}{{ end }}',
    '{{ index .m .a }}',
    '{{ index . "a" }}',
    '{{ .t.k }}{{ .t.none }}',
    '{{ len .t }}',
    '{{ hasKey .t "k" }}',
    'text',
  ); // prettier-ignore
  const templates = fc
    .sample(fc.array(piece, { minLength: 1, maxLength: 3 }), { numRuns: 400, seed: 2 })
    .map(it => it.join(' '));
  const params = { a: 'x', m: { x: '1', y: { z: 2 } }, l: [1, { n: 2 }], t: { k: 'v', o: 'w' }, other: 'o' };
  const types = { '/t': 'map[string]string' };
  const calls = templates.flatMap(template => {
    const dependencies = dependenciesOf(parseGoTemplate(template));
    if (dependencies === undefined) return [];
    return [['missingkey=error'], []].map(options =>
      [params, projected(params, dependencies)].map(it => ({
        op: 'templates',
        args: { mode: 'go', options, templates: [template], params: [it], types },
      })),
    );
  });
  const results = await library.call(calls.flat());
  expect(calls.length).toBeGreaterThan(300);
  for (let i = 0; i < results.length; i += 2) expect(results[i + 1], templates[i >> 2]).toEqual(results[i]);
});

describe('the place of an execution error', () => {
  test.each([
    ['{{ .a.b }} {{ .a.missing.x }}', '.a.missing.x'],
    ['ü\n😀 {{ .missing | upper }}', '.missing'],
    ['{{ fail "no" }}', 'fail "no"'],
    ['{{ index .l 5 }}', 'index .l 5'],
    ['{{ range .l }}{{ $.missing }}{{ end }}', '$.missing'],
    ['{{ gt .a.b 1 }}', 'gt .a.b 1'],
    ['{{ define "t" }}{{ .none }}{{ end }}{{ template "t" . }}', '.none'],
    ['{{ if eq .a.b "x" }}{{ .none }}{{ end }}', '.none'],
  ])('%s → %s', async (template, place) => {
    const args = {
      mode: 'go',
      options: ['missingkey=error'],
      templates: [template],
      params: [{ a: { b: 'x' }, l: [1] }],
    };
    const [result] = await library.call([{ op: 'templates', args }]);
    const [answer] = (result?.ok === true ? result.value : []) as { error: string }[];
    const span = locateError(template, answer?.error ?? '');
    expect(template.slice(span.start, span.end), answer?.error).toBe(place);
  });
});

describe('parse errors', () => {
  test('of templates with one mistake each', () => expectAgreement(mistakes));

  test('of sound templates: none', async () => {
    expect(await goErrors(sound)).toEqual(sound.map(() => undefined));
    await expectAgreement(sound);
  });

  test('of sound templates with any one character deleted', () =>
    expectAgreement(sound.flatMap(text => [...text].map((_, at) => text.slice(0, at) + text.slice(at + 1)))));

  test('of sound templates cut anywhere', () =>
    expectAgreement(sound.flatMap(text => [...text].map((_, at) => text.slice(0, at)))));

  test('of sound templates with something put in anywhere', () =>
    expectAgreement(
      sound.flatMap(text => {
        const characters = [...text];
        return inserted.flatMap(piece =>
          characters.flatMap((_, at) =>
            at % 3 === 0 ? [characters.slice(0, at).join('') + piece + characters.slice(at).join('')] : [],
          ),
        );
      }),
    ));

  test('of random sequences of template pieces', async () => {
    const piece = fc.constantFrom(...pieces);
    const templates = fc.sample(fc.array(piece, { maxLength: 14 }), { numRuns: 8000, seed: 7 });
    await expectAgreement(templates.map(it => it.join('')));
  });

  test('of random literals', async () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789abxXoOeEpP_.+-i'), minLength: 1, maxLength: 7 });
    const numbers = fc.sample(digits, { numRuns: 3000, seed: 3 });
    const letters = fc.string({ unit: fc.constantFrom(...'anx0178uU\\"\'dé`'), maxLength: 8 });
    const texts = fc.sample(letters, { numRuns: 1500, seed: 5 });
    // Go scans a complex number with words of its own; whether it takes it is all that matters.
    const isComplex = (it: string): boolean => /[+-].*i/.test(it);
    await expectAgreement([
      ...numbers.filter(it => !isComplex(it)).map(it => `{{ ${it} }}`),
      ...texts.flatMap(it => [`{{ "${it}" }}`, `{{ '${it}' }}`]),
    ]);
    const complex = numbers.filter(isComplex).map(it => `{{ ${it} }}`);
    const theirs = await goErrors(complex);
    expect(complex.filter((it, at) => (ourError(it) === undefined) !== (theirs[at] === undefined))).toEqual([]);
  });
});

const inserted = [
  '"',
  '(',
  ')',
  '|',
  '{{',
  '}}',
  '.',
  '$',
  ' -',
  '- ',
  "'",
  '`',
  ':',
  ',',
  '\n',
  'é',
  '{{end}}',
  '0',
  '1.5',
  '{{else}}',
];

const mistakes = [
  '{{ if .x }}',
  '{{ end }}',
  '{{ else }}',
  '{{ if .x }}{{ else }}{{ else }}{{ end }}',
  '{{ .x',
  'a\n{{ .x\n',
  '{{',
  '{{ }}',
  '{{}}',
  '{{ . | }}',
  '{{ .x | nope }}',
  '{{ nope }}',
  '{{ required "x" .y }}',
  '{{ env "HOME" }}',
  '{{ $x }}',
  '{{ $x := 1 }}{{ $y }}',
  '{{ if $x := .a }}{{ end }}{{ $x }}',
  '{{ range $i, $x, $y := .l }}{{ end }}',
  '{{ range $i, 1 }}{{ end }}',
  '{{ range $i, }}{{ end }}',
  '{{ $i, $x := .l }}',
  '{{ break }}',
  '{{ range .l }}{{ break 1 }}{{ end }}',
  '{{ continue }}',
  '{{ (.x }}',
  '{{ .x) }}',
  '{{ () }}',
  '{{ "abc }}',
  '{{ `abc }}',
  "{{ 'a }}",
  "{{ 'ab' }}",
  "{{ '' }}",
  '{{ "\\q" }}',
  '{{ /* c */ }}',
  '{{/* c }}',
  '{{/* c */ x }}',
  '{{ .x.y..z }}',
  '{{ .x.1 }}',
  '{{ "a".b }}',
  '{{ 1.a }}',
  '{{ nil.a }}',
  '{{ true.x }}',
  '{{ .x | "a" }}',
  '{{ .x | 1 }}',
  '{{ .x | . }}',
  '{{ 0x }}',
  '{{ 12345678901234567890123 }}',
  '{{ 1_ }}',
  '{{ 1e999 }}',
  '{{ + }}',
  '{{ 3k }}',
  '{{ .x#y }}',
  '{{ .x & .y }}',
  '{{ a@b }}',
  '{{ .é }}{{ .名 }}{{ .x“ }}',
  '{{ \u0001 }}',
  '{{ 😀 }}',
  '{{ : }}',
  '{{ := }}',
  '{{ = }}',
  '{{ .x , .y }}',
  '{{ .x "a very long literal" ; }}',
  '{{ define "a" }}',
  '{{ define a }}{{ end }}',
  '{{ define "a" }}x{{ else }}{{ end }}',
  '{{ define "a" . }}x{{ end }}',
  '{{ define "a" }}x{{ end }}{{ define "a" }}y{{ end }}',
  '{{ define "base" }}x{{ end }}y',
  '{{ if .x }}{{ define "a" }}{{ end }}{{ end }}',
  '{{ block "a" }}{{ end }}',
  '{{ block a . }}{{ end }}',
  '{{ template }}',
  '{{ template a }}',
  '{{ template "a" . . . | }}',
  '{{ with }}{{ end }}',
  '{{ range }}{{ end }}',
  '{{ if }}{{ end }}',
  '{{ else if .x }}{{ end }}',
  '{{ with .x }}{{ else if .y }}{{ end }}',
  '{{ range .x }}{{ else with .y }}{{ end }}',
  '{{ end .x }}',
  '{{ if .x }}\n{{ .y\n}}\n{{ end',
  '{{- .x',
  'x {{-}} y',
  '{{-3}}',
  '{{ .x -}',
  '{{ 1 -}}',
  '{{ (.x  -}}',
  '{{ .x\n-}}\n}}{{',
];

const sound = [
  '',
  'plain',
  '{{.path.basename}}-{{ .name }}',
  '{{- .a -}} x {{- /* note */ -}} y',
  '{{/* c */}}',
  '{{ .a | upper | trunc 5 | quote }}',
  '{{ if eq .a "x" }}A{{ else if and .b (not .c) }}B{{ else }}C{{ end }}',
  '{{ with .m }}{{ .x }}{{ else with .n }}{{ .y }}{{ else }}-{{ end }}',
  '{{ range $i, $e := .l }}{{ if $i }},{{ end }}{{ $e.name }}{{ break }}{{ else }}none{{ end }}',
  '{{ range $x := .l }}{{ continue }}{{ end }}{{ range .l }}{{ . }}{{ end }}',
  '{{ $x := index .path.segments 1 }}{{ $x = "b" }}{{ $x }}{{ $.a.b }}{{ $ }}',
  '{{ define "t" }}{{ . }}{{ end }}{{ template "t" .a }}{{ template "t" }}{{ block "b" . }}{{ .x }}{{ end }}',
  '{{ (dict "a" 1).a }}{{ (index .l 0).b.c }}{{ now.Year }}',
  '{{ printf "%s-%d %q" .a 1 \'x\' }}{{ `raw "text"` }}{{ 1.5e3 }}{{ 0x1F }}{{ -1 }}{{ 1+2i }}{{ nil | not }}{{ true }}',
  '{{ .values.größe }}ü😀{{ "😀\\u00e9\\x41\\101" }}',
  'a: {{ .a }}\n{{- range .l }}\n- {{ . | toYaml | nindent 2 }}\n{{- end }}\n',
  '{{ dig "a" "b" "none" . }}{{ hasKey .m "k" | ternary "a" "b" }}{{ default "x" .y }}',
];

const pieces = [
  '{{',
  '}}',
  '{{ ',
  ' }}',
  '{{- ',
  ' -}}',
  ' ',
  ' ',
  '\n',
  'text',
  '.',
  '.a',
  '.b.c',
  '$',
  '$x',
  '$x := ',
  ', ',
  ' = ',
  '(',
  ')',
  '|',
  ' | ',
  '"s"',
  '`r`',
  "'c'",
  '1',
  '2.5',
  '-3',
  'upper',
  'eq',
  'nil',
  'true',
  'if ',
  'else',
  'else if ',
  'end',
  'range ',
  'with ',
  'define "d"',
  'block "e" ',
  'template "d"',
  'break',
  'continue',
  '{{end}}',
  '{{ end }}',
  '{{ if .a }}',
  '{{ range .l }}',
  '{{ else }}',
  '{{ with .w }}',
  '{{/* c */}}',
  '/*',
  '*/',
  '}',
  '{',
  ':',
  '"',
  '#',
]; // prettier-ignore
