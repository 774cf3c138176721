import type { JsonObject } from '../../server/core/text/json.ts';
import { readCases } from '../support/conformance.ts';

/** One line of a conformance file. */
export interface Case {
  readonly case: JsonObject;
  readonly expected: JsonObject;
}

/** The cases of a file by its whole name, as plain objects. */
export function casesOf(name: string): readonly Case[] {
  return readCases<JsonObject, JsonObject>(name.replace(/\.jsonl$/, ''));
}
