import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Document, parseAllDocuments, Scalar } from 'yaml';
import { checkFile } from '../../../server/core/checks/check.ts';
import type { ManifestDocument } from '../../../server/core/documents/document.ts';
import { parseFile } from '../../../server/core/documents/parse.ts';
import { manifestOptions } from '../../../server/core/documents/scalars.ts';
import { unquotedTemplates } from '../../../server/core/documents/unquoted.ts';
import { readValue } from '../../../server/core/documents/value.ts';
import { emptyContext } from '../../support/check.ts';

/** Fixed, so that a failure stands still; change it to search further. */
const seed = 20_261_121;

const manifest = `# the shop
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop, labels: {team: "a"}}
spec:
  goTemplate: true
  generators:
    - list: &list
        elements: [{cluster: one, url: 'https://one'}, {cluster: two}]
    - list: *list
  template:
    metadata:
      name: '{{ .cluster }}-it''s' # quoted
    spec:
      project: default
      source:
        helm:
          values: |
            name: {{ .cluster }}
              deeper: true
          valuesObject: {<<: {a: 1}, b: 0x10}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  annotations:
    argocd.argoproj.io/sync-wave: "first"
data:
  url: >-
    https://
    argo.example.com
  on: yes
`;

/** Pieces that YAML and templates give a meaning to; a mutation puts them anywhere. */
const pieces = [
  '{{',
  '}}',
  '"',
  "'",
  '|',
  '>-',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '- ',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '&a ',
  '*a',
  '<<: *a',
];
const morePieces = [
  '? ',
  ': ',
  ':',
  '#',
  '[',
  ']',
  '{',
  '}',
  ',',
  '!!str ',
  '@',
  '😀',
  '\uFEFF',
  '012',
  '~',
  '  ',
  '\\',
  '\u2028',
  'name: {{ .',
];

interface Mutation {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
  insert: fc.oneof(fc.constant(''), fc.constantFrom(...pieces, ...morePieces)),
});

const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });

function mutated(text: string, changes: readonly Mutation[]): string {
  return changes.reduce((it, { at, remove, insert }) => {
    const from = Math.floor(at * it.length);
    return it.slice(0, from) + insert + it.slice(from + remove);
  }, text);
}

function pathsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, it]) =>
      pathsOf(it, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ),
  ];
}

/** Everything that can be asked of a document, with all spans. */
function asked(document: ManifestDocument): readonly unknown[] {
  return pathsOf(document.value).flatMap(path => [
    document.spanOf(path, 'key'),
    document.spanOf(path, 'value'),
    document.spanOf(path, 'entry'),
    document.spanWithin(path, { start: 1, end: 3 }),
  ]);
}

it('no mutation of a manifest makes reading, placing or checking throw, or gives a place outside of the text', () => {
  fc.assert(
    fc.property(mutations, fc.double({ min: 0, max: 1, noNaN: true }), (changes, cursor) => {
      const text = mutated(manifest, changes);
      const file = parseFile('a.yaml', text);
      const spans = file.documents.flatMap(document => {
        document.at(Math.floor(cursor * text.length));
        return asked(document);
      });
      const { findings } = checkFile(file, emptyContext);
      for (const span of [...spans, ...findings.map(it => it.span)]) {
        if (span === undefined) continue;
        const { start, end } = span as { start: number; end: number };
        expect(0 <= start && start <= end && end <= text.length, `${start}-${end} of ${text.length}`).toBe(true);
      }
    }),
    { numRuns: 300, seed },
  );
});

it('reading after an edit gives what reading anew gives', () => {
  fc.assert(
    fc.property(mutations, changes => {
      const previous = parseFile('a.yaml', manifest);
      const text = mutated(manifest, changes);
      const [edited, anew] = [parseFile('a.yaml', text, { previous }), parseFile('a.yaml', text)];
      expect(edited.documents.map(it => [it.value, it.errors, ...asked(it)])).toEqual(
        anew.documents.map(it => [it.value, it.errors, ...asked(it)]),
      );
    }),
    { numRuns: 150, seed },
  );
});

it('cutting a file at its markers gives the documents that the parser finds in the whole', () => {
  fc.assert(
    fc.property(mutations, changes => {
      const text = mutated(manifest, changes);
      const whole = parseAllDocuments(text, manifestOptions);
      const file = parseFile('a.yaml', text);
      // Where the text is broken, the cut limits the damage to one document; that is its purpose.
      if (file.content !== 'manifests' || whole.some(it => it.errors.length > 0)) return;
      if (unquotedTemplates(text).length > 0) return;
      expect(file.documents.map(it => it.value)).toEqual(whole.map(it => readValue(it).of));
    }),
    { numRuns: 150, seed },
  );
});

it('every character of a scalar is found where it was written, in any style', () => {
  const words = [
    '{{ .x }}',
    'a',
    ' ',
    '\n',
    '\n\n',
    '"',
    "'",
    '\\',
    '😀',
    'é',
    '#',
    ': ',
    '- ',
    '\t',
    '\u0007',
    'long word '.repeat(6),
  ];
  const styles = ['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;
  const path = '/spec/list/0/name';
  const scalar = fc.record({
    value: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }).map(it => it.join('')),
    style: fc.constantFrom(...styles),
    indent: fc.constantFrom(2, 4),
    lineWidth: fc.constantFrom(0, 40),
    crlf: fc.boolean(),
  });
  fc.assert(
    fc.property(scalar, ({ value, style, indent, lineWidth, crlf }) => {
      const node = new Scalar(value);
      node.type = style;
      const made = new Document({ spec: { list: [{ name: node, other: 1 }] } });
      const text = made.toString({ indent, lineWidth }).replaceAll('\n', crlf ? '\r\n' : '\n');
      const document = parseFile('a.yaml', text).documents[0];
      const read = JSON.parse(JSON.stringify(document?.value ?? null))?.spec?.list?.[0]?.name;
      for (let i = 0; typeof read === 'string' && i < read.length; i++) {
        if (/\s/.test(read.charAt(i))) continue;
        const span = document?.spanWithin(path, { start: i, end: i + 1 });
        const written = span && text.slice(span.start, span.end);
        expect([read.charAt(i), "''", written?.startsWith('\\') ? written : '']).toContain(written);
      }
    }),
    { numRuns: 300, seed },
  );
});
