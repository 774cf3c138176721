import { goPrint } from '../../generate/go/print.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { DiffError } from '../failure.ts';
import { isList } from '../json.ts';

/** What strategicpatch/patch.go does to lists, with its ties: it sorts by a comparison that calls equals smaller. */
export const directiveMarker = '$patch';
export const deleteFromListPrefix = '$deleteFromPrimitiveList';
export const orderPrefix = '$setElementOrder';
export const retainKeysDirective = '$retainKeys';

export type ElementKind = 'map' | 'scalar';

/** The one type of all entries; lists that mix types cannot be merged. */
export function elementKind(...lists: readonly (readonly Json[])[]): ElementKind {
  let type: string | undefined;
  for (const list of lists)
    for (const it of list) {
      const current = goTypeOf(it);
      if (type === undefined && current === 'slice') throw new DiffError('lists of lists are not supported');
      if (type !== undefined && type !== current)
        throw new DiffError(`list element types are not identical: ${goPrint(lists as Json)}`);
      type = current;
    }
  if (type === undefined) throw new DiffError('no elements in any of the given slices');
  return type === 'map' ? 'map' : 'scalar';
}

export function goTypeOf(value: Json | undefined): string {
  if (value === null || value === undefined) return 'nil';
  if (isList(value)) return 'slice';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'object' ? 'map' : typeof value;
}

export function noMergeKey(item: JsonObject, key: string): DiffError {
  return new DiffError(`map: ${goPrint(integers(item))} does not contain declared merge key: ${key}`);
}

/** apimachinery decodes whole numbers as int64, which Go prints without an exponent. */
function integers(value: Json): Json {
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  if (isList(value)) return value.map(integers);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, integers(it)]));
}

export function asMap(value: Json | undefined): JsonObject {
  if (isObject(value)) return value;
  throw new DiffError(`expected a map[string]interface {}, but received a ${goTypeName(value)}`);
}

export function asList(value: Json | undefined): readonly Json[] {
  if (isList(value)) return value;
  throw new DiffError(`expected a []interface {}, but received a ${goTypeName(value)}`);
}

function goTypeName(value: Json | undefined): string {
  const type = goTypeOf(value);
  return type === 'map'
    ? 'map[string]interface {}'
    : type === 'slice'
      ? '[]interface {}'
      : type === 'boolean'
        ? 'bool'
        : type;
}

export function printed(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return goPrint(integers(value ?? null));
}

/**
 * Go's insertion sort, which both of its sorts use for short lists: an entry moves left while `less` says so, and here `less` says so of
 * equal entries too, which turns their order around. Long lists without ties come out the same.
 */
export function insertionSort<T>(items: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const sorted = [...items];
  for (let i = 1; i < sorted.length; i++)
    for (let j = i; j > 0; j--) {
      const [a, b] = [sorted[j - 1] as T, sorted[j] as T];
      if (!less(b, a)) break;
      sorted[j - 1] = b;
      sorted[j] = a;
    }
  return sorted;
}

export function sortedByKey(items: readonly Json[], key: string): readonly Json[] {
  const texts = items.map(it => ({ it, text: printed(isObject(it) ? it[key] : undefined) }));
  return insertionSort(texts, (a, b) => a.text <= b.text).map(({ it }) => it);
}

export function sortedScalars(items: readonly Json[]): readonly Json[] {
  return [...items].sort((a, b) => {
    const [left, right] = [printed(a), printed(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

/** A repeated entry's place is taken by the last one, as in deduplicateScalars. */
export function withoutRepeats(items: readonly Json[]): Json[] {
  const kept = [...items];
  let last = kept.length - 1;
  for (let i = 0; i < last; i++)
    for (let j = i + 1; j <= last; j++)
      if (kept[i] === kept[j]) {
        kept[j] = kept[last] ?? null;
        kept.length = last;
        last--;
        j--;
      }
  return kept;
}

export function indexIn(list: readonly Json[], wanted: Json, mergeKey: string, kind: ElementKind): number {
  const compared = (it: Json): Json | undefined => (kind === 'map' ? (isObject(it) ? it[mergeKey] : undefined) : it);
  const value = compared(wanted);
  return list.findIndex(it => compared(it) === value);
}

export function findByKey(list: readonly Json[], key: string, value: Json | undefined): number {
  return list.findIndex((it, i) => {
    if (!isObject(it)) throw new DiffError(`value for key ${i} is not a map`);
    return key in it && it[key] === value;
  });
}

/** In the order of `order`; entries to delete come last. */
export function inOrderOf(items: readonly Json[], order: readonly Json[], mergeKey: string, kind: ElementKind): Json[] {
  let [toSort, toDelete]: [readonly Json[], readonly Json[]] = [items, []];
  if (kind === 'map') {
    for (const it of [...items, ...order]) if (!(mergeKey in asMap(it))) throw noMergeKey(asMap(it), mergeKey);
    toDelete = items.filter(isDeletion);
    toSort = items.filter(it => !isDeletion(it));
  }
  const placed = toSort.map(it => ({ it, at: indexIn(order, it, mergeKey, kind) }));
  const sorted = insertionSort(placed, (a, b) => (a.at >= 0 && b.at >= 0 ? a.at < b.at : true));
  return [...sorted.map(({ it }) => it), ...toDelete];
}

export function isDeletion(item: Json): boolean {
  return asMap(item)[directiveMarker] === 'delete';
}

/** Entries of the patch among those that only the server has, as near to their old places as can be. */
export function normalizedOrder(
  patch: readonly Json[],
  serverOnly: readonly Json[],
  patchOrder: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string,
  kind: ElementKind,
): Json[] {
  const right = inOrderOf(patch, patchOrder, mergeKey, kind);
  const left = inOrderOf(serverOnly, serverOrder, mergeKey, kind);
  const result: Json[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]];
    if (a === undefined) result.push(right[j++] ?? null);
    else if (b === undefined) result.push(left[i++] ?? null);
    else {
      const li = indexIn(serverOrder, a, mergeKey, kind);
      const ri = indexIn(serverOrder, b, mergeKey, kind);
      if (li >= 0 && ri >= 0 && li < ri) result.push(left[i++] ?? null);
      else result.push(right[j++] ?? null);
    }
  }
  return result;
}
