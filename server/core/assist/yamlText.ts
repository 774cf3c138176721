import { isObject, type Json } from '../text/json.ts';

/**
 * Plain data as block YAML, for reading. A preview writes ten thousand objects between two key strokes; the parser's own writer, which keeps
 * comments and anchors, needs a millisecond for each.
 */
export function yamlText(value: Json, indent = ''): string {
  if (Array.isArray(value) || isObject(value)) {
    const lines = Array.isArray(value)
      ? listLines(value, indent)
      : mapLines(value as { readonly [key: string]: Json }, indent);
    return lines === '' ? `${indent}${Array.isArray(value) ? '[]' : '{}'}\n` : lines;
  }
  return `${indent}${scalar(value, indent)}\n`;
}

function mapLines(map: { readonly [key: string]: Json }, indent: string): string {
  let text = '';
  for (const key of orderedKeys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    const name = `${indent}${isPlain(key) ? key : JSON.stringify(key)}:`;
    if (Array.isArray(value))
      text += value.length === 0 ? `${name} []\n` : `${name}\n${listLines(value, `${indent}  `)}`;
    else if (isObject(value))
      text += Object.keys(value).length === 0 ? `${name} {}\n` : `${name}\n${mapLines(value, `${indent}  `)}`;
    else text += `${name} ${scalar(value, indent)}\n`;
  }
  return text;
}

function listLines(list: readonly Json[], indent: string): string {
  let text = '';
  for (const item of list) {
    if ((Array.isArray(item) && item.length > 0) || (isObject(item) && Object.keys(item).length > 0)) {
      const block = Array.isArray(item)
        ? listLines(item, `${indent}  `)
        : mapLines(item as { readonly [key: string]: Json }, `${indent}  `);
      text += `${indent}- ${block.slice(indent.length + 2)}`;
    } else text += `${indent}- ${Array.isArray(item) ? '[]' : isObject(item) ? '{}' : scalar(item, indent)}\n`;
  }
  return text;
}

/** As people write a manifest. */
const first = ['apiVersion', 'kind', 'metadata', 'name', 'namespace', 'spec'];

function orderedKeys(map: { readonly [key: string]: Json }): readonly string[] {
  const keys = Object.keys(map);
  const head = first.filter(it => keys.includes(it));
  return head.length === 0 ? keys : [...head, ...keys.filter(it => !head.includes(it))];
}

function scalar(value: Json, indent: string): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  if (value.includes('\n') && isBlock(value)) {
    const chomp = value.endsWith('\n') ? (value.endsWith('\n\n') || value === '\n' ? '+' : '') : '-';
    const lines = (value.endsWith('\n') ? value.slice(0, -1) : value).split('\n');
    return `|${chomp}\n${lines.map(it => (it === '' ? '' : `${indent}  ${it}`)).join('\n')}`;
  }
  return isPlain(value) ? value : JSON.stringify(value);
}

/** Text with control characters cannot stand in a block scalar. */
const isBlock = (text: string): boolean => !/[^\P{Cc}\n\t]|[\u2028\u2029\ufeff]/u.test(text) && !/^\s/.test(text);

const reserved = /^(y|n|yes|no|on|off|true|false|null|~|[-+]?(0[xob])?[\d_.,:]+(e[-+]?\d+)?|[-+]?\.?(inf|nan))$/i;

function isPlain(text: string): boolean {
  return (
    /^[\p{L}\p{N}_./][\p{L}\p{N}_./@$+=,()-]*([ :][\p{L}\p{N}_./@$+=,()-]+)*$/u.test(text) &&
    !reserved.test(text) &&
    !/^\d{4}-\d\d/.test(text)
  );
}
