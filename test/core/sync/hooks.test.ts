import { describe, expect, it } from 'vitest';
import { pruneOption } from '../../../server/core/sync/actions.ts';
import { keptBecause } from '../../../server/core/sync/deletion.ts';
import { isHook, isSkipped, phasesOf } from '../../../server/core/sync/hooks.ts';
import { waveOf } from '../../../server/core/sync/waves.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

const object = (annotations: JsonObject, kind = 'Pod'): JsonObject => ({
  apiVersion: kind === 'Pod' ? 'v1' : 'apiextensions.k8s.io/v1',
  kind,
  metadata: { name: 'it', annotations },
});

/** `part`, `skipped`, or the phases of a hook; a hook of no phase never runs. */
function role(annotations: JsonObject, kind?: string): string {
  const it = object(annotations, kind);
  if (isSkipped(it)) return 'skipped';
  return isHook(it) ? `hook ${phasesOf(it).join(' ')}`.trim() : 'part';
}

describe('an object is a hook', () => {
  it.each([
    ['PreSync', 'hook PreSync'],
    ['PostSync, PreSync', 'hook PreSync PostSync'],
    ['PreSync,PreSync', 'hook PreSync'],
    ['Garbage', 'hook'],
    ['', 'hook'],
    ['Skip', 'skipped'],
    ['Skip,Skip', 'skipped'],
    ['Skip,PreSync', 'hook PreSync'],
  ])('by Argo CD’s annotation %j: %s', (value, expected) =>
    expect(role({ 'argocd.argoproj.io/hook': value })).toBe(expected),
  );

  it.each([
    ['pre-install', 'hook PreSync'],
    ['test', 'hook'],
    ['crd-install', 'part'],
    ['crd-install,pre-install', 'hook PreSync'],
  ])('by Helm’s annotation %j: %s', (value, expected) => {
    expect(role({ 'helm.sh/hook': value })).toBe(expected);
    // A definition is nothing special here.
    expect(role({ 'helm.sh/hook': value }, 'CustomResourceDefinition')).toBe(expected);
  });
});

it.each([
  ['+3', 3],
  ['01', 1],
  ['-2', -2],
  ['1.5', 7],
  [' 1', 7],
  ['9223372036854775808', 7],
  ['', 7],
])('a wave %j is %i: what is no whole number of 64 bits leaves it to Helm’s weight', (wave, expected) =>
  expect(waveOf(object({ 'argocd.argoproj.io/sync-wave': wave, 'helm.sh/hook-weight': '7' }))).toBe(expected),
);

it.each([
  ['Prune=confirm', 'false', 'confirm'],
  ['Prune=true', 'confirm', 'true'],
  ['Validate=false, Prune=false,Prune=confirm', '', 'false'],
  ['PruneLast=true,prune=false', 'confirm', 'confirm'],
])(
  'a live object with %j is pruned as it says, and as the controller says (%j) where it says nothing: %s',
  (options, byDefault, expected) =>
    expect(
      pruneOption(
        { phase: 'Sync', live: object({ 'argocd.argoproj.io/sync-options': options }) },
        { defaultPruneOption: byDefault },
      ),
    ).toBe(expected),
);

it('an object is deleted as it says, whatever its Application says', () => {
  const kept = (options: string) =>
    keptBecause(object({ 'argocd.argoproj.io/sync-options': options }), { uid: 'u', deleteOption: 'false' });
  expect(['Delete=true', 'Delete=confirm', 'Delete=false', 'Prune=false'].map(kept)).toEqual([
    undefined,
    undefined,
    'Delete=false keeps it',
    'Delete=false keeps it',
  ]);
});
