import { Lexer } from 'yaml';

/** Manifests stay below 40 levels; the deepest OpenAPI schemas inside CustomResourceDefinitions below 100. */
const maxLevels = 300;

/**
 * Tells text whose nesting would exhaust the stack of a recursive parser, before it is given to one: V8 ends the whole process when a
 * regular expression is compiled close to the end of the stack, so this cannot be caught afterwards.
 */
export function isNestedTooDeeply(text: string): boolean {
  return blockLevels(text) > maxLevels || (hasManyBrackets(text) && flowLevels(text) > maxLevels);
}

/**
 * Levels of indentation: columns at which lines, or the parts after `- ` and `? `, begin. Text in block scalars is counted too; a staircase
 * of three hundred steps is no manifest either. A list may stand in its parent's column, so twice as many levels are possible.
 */
function blockLevels(text: string): number {
  const columns: number[] = [];
  let deepest = 0;
  let column = 0;
  let inIndent = true;
  for (let i = 0; i < text.length && deepest <= maxLevels; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10) {
      column = 0;
      inIndent = true;
      continue;
    }
    if (inIndent && unit !== 32 && unit !== 9 && unit !== 13) {
      while ((columns.at(-1) ?? -1) >= column) columns.pop();
      columns.push(column);
      deepest = Math.max(deepest, columns.length);
      const isIndicator = unit === 45 || unit === 63;
      const next = text.charCodeAt(i + 1);
      inIndent = isIndicator && (next === 32 || next === 9);
      if (!inIndent) i = endOfLine(text, i);
    }
    column += 1;
  }
  return deepest;
}

/** The last unit before the next line feed. */
function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline - 1;
}

function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit === 91 || unit === 123) && ++count > maxLevels) return true;
  }
  return false;
}

function flowLevels(text: string): number {
  let level = 0;
  let deepest = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') level += 1;
    else if (token === ']' || token === '}') level -= 1;
    deepest = Math.max(deepest, level);
    if (deepest > maxLevels) break;
  }
  return deepest;
}
