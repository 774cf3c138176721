import { expect, it } from 'vitest';
import { editsOf } from '../../../server/core/documents/edit.ts';
import { parseFile } from '../../../server/core/documents/parse.ts';
import type { ValueChange } from '../../../server/core/text/finding.ts';
import { applied } from '../../support/check.ts';

/** The text after one change of its first document. */
function changed(text: string, change: ValueChange): string | undefined {
  const file = parseFile('a.yaml', text);
  const document = file.documents[0];
  const edits = document && editsOf({ title: '', changes: [change] }, file, document);
  return edits && applied(text, edits);
}

const set = (path: string, value: Extract<ValueChange, { kind: 'set' }>['value']): ValueChange => ({
  kind: 'set',
  path,
  value,
});

it.each<[string, string, ValueChange, string]>([
  [
    'a new key goes last, where its neighbours stand, below a comment that belongs to them',
    'spec:\n    source:\n        path: x # here\n# end\n',
    set('/spec/source/targetRevision', 'HEAD'),
    'spec:\n    source:\n        path: x # here\n        targetRevision: HEAD\n# end\n',
  ],
  [
    'a map is written in the indentation of the file',
    'spec:\n    project: a\n',
    set('/spec/destination', { server: 'https://x', namespace: 'b' }),
    'spec:\n    project: a\n    destination:\n        server: https://x\n        namespace: b\n',
  ],
  [
    'parents that are missing are written too',
    'spec:\n  project: a\n',
    set('/spec/syncPolicy/automated/prune', true),
    'spec:\n  project: a\n  syncPolicy:\n    automated:\n      prune: true\n',
  ],
  [
    'a list item stands under its neighbours',
    'options:\n- a\n- b # why\n',
    set('/options/2', 'c=true'),
    'options:\n- a\n- b # why\n- c=true\n',
  ],
  ['inside braces everything stays on its line', 'a: {b: 1}\n', set('/a/c', { d: [1] }), 'a: {b: 1, c: {d: [1]}}\n'],
  ['quotes stay what they were', "a: 'it'\n", set('/a', "it's"), "a: 'it''s'\n"],
  ['text that would be read as something else is quoted', 'a: x\nb: "y"\n', set('/a', 'yes'), 'a: "yes"\nb: "y"\n'],
  ['an empty value is filled in', 'a:\nb: c\n', set('/a', 'd'), 'a: d\nb: c\n'],
  ['JSON stays JSON', '{"a": {"b": 1}}', set('/a/c', { d: 'e' }), '{"a": {"b": 1, "c": {"d":"e"}}}'],
  ['CRLF stays CRLF', 'a:\r\n  b: 1\r\n', set('/a/c', { d: 1 }), 'a:\r\n  b: 1\r\n  c:\r\n    d: 1\r\n'],
  [
    'a key is renamed, its value left alone',
    'a: # x\n  b: |\n    t\n',
    { kind: 'renameKey', path: '/a/b', to: 'c' },
    'a: # x\n  c: |\n    t\n',
  ],
  ['an entry goes with its lines', 'a:\n  b:\n    - 1\n  c: 2\n', { kind: 'remove', path: '/a/b' }, 'a:\n  c: 2\n'],
  ['the first key of an item leaves the dash', '- a: 1\n  b: 2\n', { kind: 'remove', path: '/0/a' }, '- b: 2\n'],
  ['a comma goes with its neighbour', 'a: [1, 2]\n', { kind: 'remove', path: '/a/1' }, 'a: [1]\n'],
])('%s', (_, text, change, expected) => expect(changed(text, change)).toBe(expected));

it('nothing is changed behind an alias, where it would show elsewhere', () => {
  expect(changed('a: &x {b: 1}\nc: *x\n', set('/c/b', 2))).toBeUndefined();
});
