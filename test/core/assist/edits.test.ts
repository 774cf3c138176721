import { describe, expect, it } from 'vitest';
import { fixAllEdits, ignoreEdits } from '../../../server/core/assist/codeEdits.ts';
import { parseFile } from '../../../server/core/documents/parse.ts';
import type { Finding } from '../../../server/core/text/finding.ts';
import { applied } from '../../support/check.ts';

function findingAt(text: string, part: string, fixed?: string): Finding {
  const start = text.indexOf(part);
  const span = { start, end: start + part.length };
  const fixes = fixed === undefined ? [] : [{ title: 'Fix', preferred: true, edits: [{ span, text: fixed }] }];
  return { code: 'a-code', severity: 'error', message: '', file: 'f', document: 0, path: '', span, related: [], fixes };
}

const ignored = (text: string, part: string) =>
  ignoreEdits(findingAt(text, part), parseFile('f', text)).map(({ title, edit }) => [title, applied(text, [edit])]);

describe('ignoring a finding', () => {
  it('writes a comment above the line, or above the document', () => {
    expect(ignored('kind: A\nspec:\n  x: 1\n', 'x: 1')).toEqual([
      ['Ignore a-code here', 'kind: A\nspec:\n  # gitops-ignore: a-code\n  x: 1\n'],
      ['Ignore a-code in this document', '# gitops-ignore: a-code\nkind: A\nspec:\n  x: 1\n'],
    ]);
  });

  it('adds to a comment that stands there', () => {
    const [[, text] = []] = ignored('a: 1\n# gitops-ignore: other\nb: 2\n', 'b: 2');
    expect(text).toBe('a: 1\n# gitops-ignore: other, a-code\nb: 2\n');
  });

  it('never writes into a block scalar', () => {
    expect(ignored('kind: A\ntext: |\n  one\n  {{ two }}\n', '{{ two }}').map(([title]) => title)).toEqual([
      'Ignore a-code in this document',
    ]);
  });

  it('keeps the line ends of the file', () => {
    expect(ignored('a: 1\r\nb: 2\r\n', 'b: 2')[0]?.[1]).toBe('a: 1\r\n# gitops-ignore: a-code\r\nb: 2\r\n');
  });
});

describe('fixing all', () => {
  it('takes each preferred fix that meets no other', () => {
    const text = 'aa bb cc';
    const findings = [findingAt(text, 'aa', 'AA'), findingAt(text, 'a', 'x'), findingAt(text, 'cc', 'CC')];
    expect(applied(text, fixAllEdits(findings) ?? [])).toBe('AA bb CC');
  });

  it('is not there when nothing can be fixed', () => {
    expect(fixAllEdits([findingAt('a', 'a')])).toBeUndefined();
  });
});
