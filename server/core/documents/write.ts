import { isObject, type Json } from '../text/json.ts';
import { plainValue } from './scalars.ts';

/** How a file writes what is added to it. */
export interface Style {
  readonly quotes: Quotes;
  /** Columns from a key to the keys below it. */
  readonly step: number;
  /** Columns from a key to the dashes below it; 0 where lists stand in their key's column. */
  readonly listStep: number;
  /** A file that is JSON stays JSON. */
  readonly json: boolean;
}

export type Quotes = 'single' | 'double';

export function styleOf(text: string): Style {
  const head = text.slice(0, 20_000);
  const step = /^[^\s#-][^\n]*:[ \t]*\r?\n( +)[^\s#-]/m.exec(head)?.[1]?.length ?? 2;
  const list = /^( *)[^\s#-][^\n]*:[ \t]*\r?\n( *)- /m.exec(head);
  const listStep = list?.[1] === list?.[2] && list ? 0 : step;
  const quotes = count(head, /[:-] '/g) > count(head, /[:-] "/g) ? 'single' : 'double';
  return { quotes, step, listStep, json: /^\s*[{[]/.test(head) };
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Lines of a value in block style, from column 0. */
export function blockLines(value: Json, style: Style): readonly string[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap(item => itemLines(item, style));
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, it]) => entryLines(key, it, style));
  return [scalar(value, undefined, style.quotes)];
}

function itemLines(item: Json, style: Style): readonly string[] {
  const [first = '', ...others] = blockLines(item, style);
  return [`- ${first}`, ...others.map(it => `  ${it}`)];
}

function entryLines(key: string, value: Json, style: Style): readonly string[] {
  const written = blockLines(value, style);
  if (!isFilled(value)) return [`${keyOf(key)}: ${written[0] ?? ''}`];
  const indent = ' '.repeat(Array.isArray(value) ? style.listStep : style.step);
  return [`${keyOf(key)}:`, ...written.map(it => indent + it)];
}

const isFilled = (value: Json): boolean => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** A value on one line. */
export function flow(value: Json, style: Style): string {
  if (style.json) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(it => flow(it, style)).join(', ')}]`;
  if (!isObject(value)) return scalar(value, undefined, style.quotes);
  const entries = Object.entries(value).map(([key, it]) => `${keyOf(key)}: ${flow(it, style)}`);
  return entries.length > 0 ? `{${entries.join(', ')}}` : '{}';
}

export const keyOf = (name: string, style?: Style): string => (style?.json ? JSON.stringify(name) : scalar(name));

/** A scalar or an empty collection on one line: plain where it would be read back as it is, unless it was quoted before. */
export function scalar(value: Json, before?: Quotes, quotes: Quotes = 'double'): string {
  if (typeof value !== 'string')
    return typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[]' : '{}') : String(value);
  if (before === undefined && isPlain(value)) return value;
  const isSingle = (before ?? quotes) === 'single';
  return isSingle && !hasControl(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

function isPlain(value: string): boolean {
  return plainText.test(value) && !/: | #|[: ]$/.test(value) && plainValue(value) === value && !/^\d{4}-/.test(value);
}

/** Less than YAML allows: what no reader could take for anything else. */
const plainText = /^[A-Za-z0-9_./$(][\w ./$@%+=:()*~<>!?&;^|-]*$/;

/** Control characters and line separators, which only double quotes can show. */
function hasControl(value: string): boolean {
  return [...value].some(it => it < ' ' || it === '\u007f' || it === '\u0085' || it === '\u2028' || it === '\u2029');
}
