import { applicationSyncOptions, harmlessOptions } from '../../model/annotations.ts';
import { objectAt } from '../../model/fields.ts';
import type { Problem } from '../../text/finding.ts';
import { type JsonObject, pointer } from '../../text/json.ts';
import { suggest } from '../../text/suggest.ts';
import type { Rule } from '../rule.ts';

/** Sync options are compared letter by letter (argo-cd:pkg/apis/application/v1alpha1/types.go, SyncOptions.HasOption); others do nothing. */
export const syncOption: Rule = {
  name: 'syncOption',
  summary: 'A sync option that Argo CD does not know',
  codes: ['unknown-sync-option'],
  local: true,
  applies: kind => kind === 'Application' || kind === 'ApplicationSet',
  judgesPatches: true,
  check: ({ kind, value }) => ({
    problems:
      kind === 'Application'
        ? inSpec(objectAt(value, 'spec'), ['spec'])
        : inSpec(objectAt(value, 'spec', 'template', 'spec'), ['spec', 'template', 'spec']),
  }),
};

function inSpec(spec: JsonObject, at: readonly string[]): readonly Problem[] {
  const options = objectAt(spec, 'syncPolicy').syncOptions;
  if (!Array.isArray(options)) return [];
  return options.flatMap((option, index) => {
    if (typeof option !== 'string' || option.includes('{{')) return [];
    if (applicationSyncOptions.includes(option) || harmlessOptions.has(option)) return [];
    const path = pointer([...at, 'syncPolicy', 'syncOptions', index]);
    const meant = suggest(option.trim(), applicationSyncOptions);
    return [
      {
        code: 'unknown-sync-option',
        path,
        message: `Argo CD does not know the sync option "${option}" and ignores it.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
        ...(meant !== undefined && {
          fixes: [
            { title: `Change to ${meant}`, preferred: true, changes: [{ kind: 'set' as const, path, value: meant }] },
          ],
        }),
      },
    ];
  });
}
