import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../../server/core/text/json.ts';

/** One line of a conformance file. */
export interface Case {
  readonly case: JsonObject;
  readonly expected: JsonObject;
}

/** The cases of a file from CONFORMANCE_DIR (plain or compressed), or else from the fixtures. */
export function casesOf(name: string): readonly Case[] {
  const folder = process.env.CONFORMANCE_DIR ?? new URL('../fixtures/conformance', import.meta.url).pathname;
  const plain = `${folder}/${name}`;
  const text = existsSync(plain)
    ? readFileSync(plain, 'utf8')
    : gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => JSON.parse(line) as Case);
}
