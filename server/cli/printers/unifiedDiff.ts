import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { forReading } from '../../core/diff/compare.ts';
import type { JsonObject } from '../../core/text/json.ts';

/** One object's difference as a unified diff of YAML, live on the left; empty where nothing is to be seen. */
export function unifiedDiff(name: string, live: JsonObject | null, predicted: JsonObject | null): string {
  const [before, after] = [live, predicted].map(it => (it ? yamlOf(it) : ''));
  if (before === undefined || after === undefined || before === after) return '';
  const text = createTwoFilesPatch(
    live ? `live/${name}` : '/dev/null',
    predicted ? `desired/${name}` : '/dev/null',
    before,
    after,
    undefined,
    undefined,
    { context: 3 },
  );
  // Without the rule of = that the package puts on top.
  return text.replace(/^=+\n/, '');
}

function yamlOf(object: JsonObject): string {
  return stringify(forReading(object), { lineWidth: 0, sortMapEntries: true });
}
