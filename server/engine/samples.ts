import { parseFile } from '../core/documents/parse.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';

/** One entry of a parameters file (docs/parameters.md). */
export interface Sample {
  /** `scmProvider`, `pullRequest`, `plugin`, `clusterDecisionResource`. */
  readonly generator: string;
  /** Every field here must stand so in the generator; `undefined` matches every generator of that name. */
  readonly match: JsonObject | undefined;
  readonly parameters: readonly JsonObject[];
}

/** Entries in file order, and sentences about what in the file makes no sense. */
export function samplesIn(
  file: string,
  text: string,
): { readonly samples: readonly Sample[]; readonly complaints: readonly string[] } {
  const samples: Sample[] = [];
  const complaints: string[] = [];
  for (const { value, errors } of parseFile(file, text).documents) {
    const error = errors[0];
    if (error) complaints.push(`${file} is not YAML: ${error.message}`);
    const entries = isObject(value) ? value.samples : value;
    if (!Array.isArray(entries)) {
      if (value !== null) complaints.push(`${file}: expected "samples:" with a list.`);
      continue;
    }
    for (const [at, entry] of entries.entries()) {
      const sample = sampleOf(entry);
      if (sample) samples.push(sample);
      else complaints.push(`${file}: samples[${at}] needs "generator" (a name) and "parameters" (a list of objects).`);
    }
  }
  return { samples, complaints };
}

function sampleOf(entry: Json): Sample | undefined {
  if (!isObject(entry) || typeof entry.generator !== 'string' || !Array.isArray(entry.parameters)) return undefined;
  if (!entry.parameters.every(isObject) || !(entry.match === undefined || isObject(entry.match))) return undefined;
  return { generator: entry.generator, match: entry.match, parameters: entry.parameters };
}

/** The first entry that fits a generator, as the file's order says. */
export function sampleFor(samples: readonly Sample[], generator: string, spec: Json): Sample | undefined {
  return samples.find(it => it.generator === generator && (it.match === undefined || holds(spec, it.match)));
}

/** Whether `value` has everything that `wanted` has; lists must be equal. */
function holds(value: Json | undefined, wanted: Json): boolean {
  if (!isObject(wanted)) return JSON.stringify(value) === JSON.stringify(wanted);
  return isObject(value) && Object.entries(wanted).every(([key, it]) => holds(value[key], it));
}
