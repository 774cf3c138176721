import type { JsonObject } from '../text/json.ts';
import { child, entry, forbidden, invalid, item, type RolloutError, required, type Where } from './error.ts';
import { labelValueProblems, qualifiedNameProblems } from './names.ts';
import { itemsOf, listOf, textOf, textsOf } from './view.ts';

/** Labels and label selectors (apimachinery: pkg/apis/meta/v1/validation/validation.go, pkg/labels/selector.go). */

/** Kubernetes reports at the map, not at the entry; ours is at the entry. */
export function checkLabels(labels: readonly (readonly [string, string])[], at: Where): readonly RolloutError[] {
  return labels.flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map(it => invalid(at, key, it, { path: entry(at, key).path, part: 'key' })),
    ...labelValueProblems(value).map(it => invalid(at, value, it, { path: entry(at, key).path })),
  ]);
}

export function checkLabelSelector(selector: JsonObject, at: Where): readonly RolloutError[] {
  return [
    ...checkLabels(textsOf(selector, 'matchLabels'), child(at, 'matchLabels')),
    ...listOf(selector, 'matchExpressions').flatMap((it, i) =>
      checkRequirement(it, item(child(at, 'matchExpressions'), i)),
    ),
  ];
}

function checkRequirement(requirement: JsonObject, at: Where): readonly RolloutError[] {
  const values = itemsOf(requirement, 'values').map(String);
  return [
    ...checkOperator(textOf(requirement, 'operator'), values, at),
    ...qualifiedNameProblems(textOf(requirement, 'key')).map(it =>
      invalid(child(at, 'key'), textOf(requirement, 'key'), it),
    ),
    ...values.flatMap((value, i) =>
      labelValueProblems(value).map(it => invalid(item(child(at, 'values'), i), value, it)),
    ),
  ];
}

function checkOperator(operator: string, values: readonly string[], at: Where): readonly RolloutError[] {
  const place = child(at, 'values');
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length === 0 ? [required(place, "must be specified when `operator` is 'In' or 'NotIn'")] : [];
    case 'Exists':
    case 'DoesNotExist':
      return values.length > 0
        ? [forbidden(place, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
        : [];
    default:
      return [invalid(child(at, 'operator'), operator, 'not a valid selector operator')];
  }
}

/**
 * Whether labels satisfy a selector; `error` where the selector cannot be used. No selector matches nothing, an empty one everything;
 * `empty` is true only for the latter.
 */
export type Selection =
  | { readonly error: true }
  | { readonly error: false; readonly empty: boolean; readonly matches: boolean };

export function select(selector: JsonObject | undefined, labels: ReadonlyMap<string, string>): Selection {
  if (!selector) return { error: false, empty: false, matches: false };
  const equals = textsOf(selector, 'matchLabels');
  const expressions = listOf(selector, 'matchExpressions');
  const usable =
    equals.every(([key, value]) => isUsable(key, [value])) &&
    expressions.every(
      it =>
        isUsable(textOf(it, 'key'), itemsOf(it, 'values').map(String)) &&
        checkOperator(textOf(it, 'operator'), itemsOf(it, 'values').map(String), { field: '', path: '' }).length === 0,
    );
  if (!usable) return { error: true };
  const matches =
    equals.every(([key, value]) => labels.get(key) === value) && expressions.every(it => satisfies(it, labels));
  return { error: false, empty: equals.length + expressions.length === 0, matches };
}

function isUsable(key: string, values: readonly string[]): boolean {
  return qualifiedNameProblems(key).length === 0 && values.every(it => labelValueProblems(it).length === 0);
}

function satisfies(requirement: JsonObject, labels: ReadonlyMap<string, string>): boolean {
  const value = labels.get(textOf(requirement, 'key'));
  const listed = value !== undefined && itemsOf(requirement, 'values').includes(value);
  switch (textOf(requirement, 'operator')) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}
