import type { Problem } from '../text/finding.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { SetSpec } from './context.ts';
import { generators } from './generators/index.ts';

/**
 * Entries that name no generator the controller knows; it only warns about them (argo-cd:applicationset/utils/utils.go,
 * CheckInvalidGenerators). It finds the names in the last-applied annotation, because the API server has pruned them.
 */
export function unrecognized(applicationSet: JsonObject, set: SetSpec): readonly Problem[] {
  const entries = Array.isArray(set.spec.generators) ? (set.spec.generators as readonly Json[]) : [];
  const lost = entries.flatMap((entry, at) => (isObject(entry) && isKnown(entry) ? [] : [at]));
  const [first] = lost;
  if (first === undefined) return [];
  const names = [...new Set(lost.flatMap(at => appliedName(applicationSet, at)))].sort();
  const message = `ApplicationSet ${set.name} contains unrecognized generators${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
  return lost.map(at => ({
    code: 'unrecognized-generator',
    message: `${message}. This entry names none of ${generators.map(it => it.name).join(', ')}, so it gives nothing`,
    path: `/spec/generators/${at}`,
    severity: 'warning',
  }));
}

/** A lone selector counts as a generator there. */
function isKnown(entry: JsonObject): boolean {
  return isObject(entry.selector) || generators.some(generator => isObject(entry[generator.name]));
}

function appliedName(applicationSet: JsonObject, at: number): readonly string[] {
  const metadata = isObject(applicationSet.metadata) ? applicationSet.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const applied = annotations['kubectl.kubernetes.io/last-applied-configuration'];
  if (typeof applied !== 'string') return [];
  try {
    const value = JSON.parse(applied) as Json;
    const spec = isObject(value) && isObject(value.spec) ? value.spec : {};
    const entries = Array.isArray(spec.generators) ? (spec.generators as readonly Json[]) : [];
    const entry = entries[at];
    return isObject(entry) ? Object.keys(entry).sort().slice(0, 1) : [];
  } catch {
    // An annotation that is not JSON names nothing; the controller goes on without names too.
    return [];
  }
}
