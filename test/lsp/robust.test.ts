import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Editor, openEditor } from '../support/editor.ts';

const text = `# a set
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: shop
spec:
  goTemplate: true
  generators:
    - matrix:
        generators:
          - list:
              elements: [{ name: a, n: 1 }, { name: "b\\u00e9", n: 2 }]
          - list: { elements: [{ env: dev }, { env: 'prod' }] }
  template:
    metadata:
      name: '{{ .name }}-{{ .env | upper | lower }}'
      labels: &l { app.kubernetes.io/name: "{{ .name }}" }
    spec:
      project: default
      source: { repoURL: https://git.example.com/a, path: 'apps/{{ .name }}', targetRevision: HEAD }
      destination: { name: in-cluster, namespace: "{{ .env }}" }
  templatePatch: |
    {{- if eq .env "dev" }}
    metadata: { annotations: { a: "1" } }
    {{- end }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: 😀, labels: *l }
`;

/** What typing, pasting and half-finished merges leave behind. */
const pieces = [
  '{{',
  '}}',
  '{',
  '"',
  "'",
  ': ',
  '\n',
  '\t',
  '- ',
  '---\n',
  '&x ',
  '*x',
  '|',
  '😀',
  '\r\n',
  '\u0000',
  '<<: ',
  '{{ .',
  '%',
  '# gitops-ignore: x',
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 60 }),
  insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })),
  ask: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('whatever is typed', () => {
  let editor: Editor;
  beforeAll(async () => {
    editor = await openEditor({ 'set.yaml': text });
    await editor.open('set.yaml', text);
    await editor.eventually(
      () => editor.lenses('set.yaml'),
      it => (it[0] ?? '').startsWith('4 Applications'),
    );
  }, 600_000);
  afterAll(() => editor.close());

  it('no request fails, and afterwards everything is right again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async edits => {
        let typed = text;
        for (const { at, remove, insert, ask } of edits) {
          const start = Math.floor(at * typed.length);
          typed = typed.slice(0, start) + insert + typed.slice(start + remove);
          await editor.change('set.yaml', typed);
          await everything(editor, typed, ask);
        }
        expect(editor.log).toEqual([]);
      }),
      { numRuns: 60, endOnFailure: true },
    );
    await editor.change('set.yaml', text);
    await editor.eventually(
      () => editor.lenses('set.yaml'),
      it => (it[0] ?? '').startsWith('4 Applications'),
    );
    expect(editor.log).toEqual([]);
  }, 240_000);
});

/** Everything an editor asks, at one place. A refusal because the text has moved on is an answer, too. */
async function everything(editor: Editor, typed: string, place: number): Promise<void> {
  const before = typed.slice(0, Math.floor(place * typed.length)).split(/\r\n|\n|\r/);
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  const textDocument = { uri: editor.uri('set.yaml') };
  const range = { start: { line: 0, character: 0 }, end: { line: 1_000, character: 0 } };
  const questions: readonly (readonly [string, object])[] = [
    ['textDocument/completion', { textDocument, position }],
    ['textDocument/hover', { textDocument, position }],
    ['textDocument/definition', { textDocument, position }],
    ['textDocument/codeLens', { textDocument }],
    ['textDocument/inlayHint', { textDocument, range }],
    ['textDocument/documentLink', { textDocument }],
    ['textDocument/documentSymbol', { textDocument }],
    ['textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }],
  ];
  await Promise.all(
    questions.map(([method, params]) =>
      editor.ask(method, params).catch((cause: { code?: number; message?: string }) => {
        // ContentModified, RequestCancelled.
        if (cause.code !== -32801 && cause.code !== -32800) throw new Error(`${method}: ${cause.message}`);
      }),
    ),
  );
  await editor.preview('set.yaml');
  await editor.tree();
}
