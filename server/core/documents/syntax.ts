import type { YAMLError } from 'yaml';
import type { Span } from '../text/span.ts';

export interface SyntaxMistake {
  readonly message: string;
  readonly span: Span;
}

/**
 * What the parser found, in words that say what to do. One mistake often makes it stumble over all that follows, so the first of a line is
 * told, and nothing after one that takes the structure away; what else is wrong shows when that is mended.
 */
export function syntaxMistakes(errors: readonly YAMLError[], text: string): readonly SyntaxMistake[] {
  const mistakes: SyntaxMistake[] = [];
  const lines = new Set<number>();
  for (const error of errors) {
    const start = Math.max(0, Math.min(error.pos[0], text.length));
    const line = text.lastIndexOf('\n', start - 1);
    if (lines.has(line) || (mistakes.length > 0 && / token in YAML stream/.test(error.message))) continue;
    lines.add(line);
    mistakes.push({
      message: wordsFor(error),
      span: { start, end: Math.max(start, firstLine(error.pos[1], start, text)) },
    });
    if (endsStructure.has(error.code)) break;
  }
  return mistakes;
}

const endsStructure: ReadonlySet<string> = new Set(['MULTILINE_IMPLICIT_KEY', 'BLOCK_AS_IMPLICIT_KEY', 'BAD_INDENT']);

/** Some errors reach over many lines; the first shows where to look. */
function firstLine(end: number, start: number, text: string): number {
  const newline = text.indexOf('\n', start);
  return newline === -1
    ? Math.min(end, text.length)
    : Math.min(end, text.charAt(newline - 1) === '\r' ? newline - 1 : newline);
}

function wordsFor({ code, message }: YAMLError): string {
  const plain = words.find(it => it.code === code && it.about.test(message))?.say;
  return plain ?? `${message}.`;
}

const words: readonly { readonly code: string; readonly about: RegExp; readonly say: string }[] = [
  {
    code: 'MULTILINE_IMPLICIT_KEY',
    about: /./,
    say: 'A ":" is missing here, or this line is indented wrongly: a key and its ":" stand on one line.',
  },
  { code: 'MISSING_CHAR', about: /^Implicit map keys/, say: 'A ":" is missing behind this key.' },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    about: /^Nested mappings/,
    say: 'A value cannot hold another "key: value" on its line. Put the value in quotes, or begin a new line for the key.',
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    about: /sequence/,
    say: 'A list stands here where a key belongs. Indent it below its key.',
  },
  {
    code: 'BAD_INDENT',
    about: /^All mapping items/,
    say: 'This key does not begin in the column of the keys beside it. Indent it as they are.',
  },
  {
    code: 'BAD_INDENT',
    about: /^All sequence items/,
    say: 'This item does not begin in the column of the items beside it. Indent it as they are.',
  },
  {
    code: 'BAD_INDENT',
    about: /end with a \}/,
    say: 'The "{" before has no "}", or this line is not indented far enough.',
  },
  {
    code: 'BAD_INDENT',
    about: /end with a \]/,
    say: 'The "[" before has no "]", or this line is not indented far enough.',
  },
  { code: 'MISSING_CHAR', about: /end with a \}/, say: 'The "{" before has no "}".' },
  { code: 'MISSING_CHAR', about: /end with a \]/, say: 'The "[" before has no "]".' },
  {
    code: 'MISSING_CHAR',
    about: /^Sequence item without/,
    say: 'A "- " is missing before this item, or it is indented wrongly.',
  },
  { code: 'MISSING_CHAR', about: /closing/, say: 'A quote is opened before and never closed.' },
  { code: 'MISSING_CHAR', about: /^Missing , /, say: 'A "," is missing before this.' },
  { code: 'MISSING_CHAR', about: /^Comments must/, say: 'A space is missing before the "#" of this comment.' },
  { code: 'TAB_AS_INDENT', about: /./, say: 'YAML is indented with spaces, never with tabs.' },
  {
    code: 'BAD_SCALAR_START',
    about: /./,
    say: 'A plain value cannot begin with this character. Put the value in quotes.',
  },
  {
    code: 'BAD_DQ_ESCAPE',
    about: /./,
    say: 'This is no escape that double quotes know. Write \\\\ for a backslash, or use single quotes.',
  },
  {
    code: 'UNEXPECTED_TOKEN',
    about: / at node end$/,
    say: 'Nothing may follow here, because the value before has ended. Put the whole value in quotes, or begin a new line.',
  },
];
