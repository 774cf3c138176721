import { afterAll, beforeAll, expect, it } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import { type CompareSettings, compare, normalizedPair } from '../../server/core/diff/compare.ts';
import { maskSecrets } from '../../server/core/diff/mask.ts';
import { applyManager, ignoreRulesOf, servedWithArgo } from '../../server/core/diff/settings.ts';
import type { KubernetesTypes } from '../../server/core/diff/types.ts';
import { parseFile } from '../../server/core/documents/parse.ts';
import type { Missing } from '../../server/core/facts/facts.ts';
import { ignoredFields, type ResourceOverride } from '../../server/core/model/argocdSettings.ts';
import { defaultTracking } from '../../server/core/model/tracking.ts';
import type { Json, JsonObject } from '../../server/core/text/json.ts';
import { settleWithLibrary } from '../../server/engine/libraryFacts.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { judge, passed } from '../support/conformance.ts';
import { kubernetesTypes } from '../support/kubernetesTypes.ts';

interface Case {
  readonly id: string;
  readonly target: readonly JsonObject[];
  readonly live: readonly JsonObject[];
  readonly ignoreDifferences?: readonly JsonObject[];
  readonly overrides?: Readonly<Record<string, { ignoreDifferences?: string; knownTypeFields?: Json }>>;
  readonly ignoreAggregatedRoles?: boolean;
  readonly mode?: string;
  readonly trackingMethod?: string;
}

type Expected = Readonly<Record<string, Json>>;

let library: Golib;
let types: KubernetesTypes;
beforeAll(async () => {
  [library, types] = [new Golib({ wasm: await buildGolib() }), await kubernetesTypes()];
}, 600_000);
afterAll(() => library.dispose());

it('objects differ where Argo CD says that they differ', async () => {
  const tally = await judge<Case, Expected>('diff', async (given, expected) => {
    const settings = settingsOf(given);
    const [target, live] = [given.target?.[0], given.live?.[0]];
    const subject = { ...(target && { target }), ...(live && { live }) };
    const answer = await settleWithLibrary(facts => {
      const compared = compare(subject, settings, facts);
      const normalized = normalizedPair(subject, settings, facts);
      const missing: readonly Missing[] = [...compared.missing, ...normalized.missing];
      return { compared, normalized, missing };
    }, library);
    const masked = maskSecrets(subject, types);
    const hidden = (key: 'live' | 'target') =>
      'hiddenLive' in expected || 'hiddenTarget' in expected ? masked[key] : undefined;
    const ours: Record<string, Json | undefined> = {
      modified: answer.compared.modified,
      error: answer.compared.error,
      normalizedLive: answer.compared.normalizedLive,
      predictedLive: answer.compared.predictedLive,
      normalizeLive: answer.normalized.live,
      normalizeTarget: answer.normalized.target,
      hiddenLive: hidden('live'),
      hiddenTarget: hidden('target'),
    };
    const wrong = Object.keys(ours).filter(key => text(ours[key]) !== text(expected[key]));
    if (wrong.length === 0) return passed;
    const told = wrong.map(key => `${key}: ours ${text(ours[key])}\n   Argo CD's ${text(expected[key])}`);
    return { kind: 'fail', difference: told.join('\n  ') };
  });
  expect(tally.failures).toEqual([]);
});

function settingsOf(given: Case): CompareSettings {
  return {
    types,
    ignores: ignoreRulesOf({ spec: { ignoreDifferences: [...(given.ignoreDifferences ?? [])] } }),
    overrides: new Map(Object.entries(given.overrides ?? {}).map(([key, it]) => [key, overrideOf(it)])),
    ignoreAggregatedRoles: given.ignoreAggregatedRoles ?? false,
    structured: given.mode === 'structured',
    ignoreMutations: true,
    tracking: {
      ...defaultTracking,
      method: given.trackingMethod === 'annotation+label' ? 'annotation+label' : 'label',
    },
    sensitiveAnnotations: [],
    manager: applyManager,
    isServed: servedWithArgo,
  };
}

function overrideOf(it: { ignoreDifferences?: string; knownTypeFields?: Json }): ResourceOverride {
  return {
    ...(it.ignoreDifferences !== undefined && {
      ignoreDifferences: ignoredFields(
        parseFile('ignoreDifferences', it.ignoreDifferences).documents[0]?.value ?? null,
      ),
    }),
    ...(Array.isArray(it.knownTypeFields) && { knownTypeFields: it.knownTypeFields as never }),
  };
}

/** `null`, missing, `[]` and `{}` are the same thing. */
function text(value: Json | undefined): string {
  return JSON.stringify(plain(value ?? null));
}

function plain(value: Json): Json {
  if (Array.isArray(value)) return value.length === 0 ? null : (value as readonly Json[]).map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as JsonObject)
    .map(([key, it]) => [key, plain(it)] as const)
    .filter(([, it]) => it !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
