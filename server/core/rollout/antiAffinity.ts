import type { JsonObject } from '../text/json.ts';
import { child, invalid, type RolloutError, type Where } from './error.ts';
import { isSet, numberOf, objectOf } from './view.ts';

const [preferredKey, requiredKey] = [
  'preferredDuringSchedulingIgnoredDuringExecution',
  'requiredDuringSchedulingIgnoredDuringExecution',
];

export function checkAntiAffinity(antiAffinity: JsonObject, at: Where): readonly RolloutError[] {
  const [preferred, required] = [isSet(antiAffinity, preferredKey), isSet(antiAffinity, requiredKey)];
  const weight = numberOf(objectOf(antiAffinity, preferredKey), 'weight') ?? 0;
  const both = `antiAffinity.PreferredDuringSchedulingIgnoredDuringExecution: ${preferred} antiAffinity.RequiredDuringSchedulingIgnoredDuringExecution: ${required}`;
  const fixes = [preferredKey, requiredKey].map(key => ({
    title: `Remove ${key}`,
    changes: [{ kind: 'remove' as const, path: child(at, key).path }],
  }));
  return [
    ...(preferred === required
      ? [invalid(at, both, 'AntiAffinity must have exactly one strategy listed', preferred ? { fixes } : {})]
      : []),
    ...(preferred && (weight < 1 || weight > 100)
      ? [
          invalid(child(at, 'weight'), weight, 'AntiAffinity weight must be between 1-100', {
            path: child(at, preferredKey, 'weight').path,
          }),
        ]
      : []),
  ];
}
