import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { tryDecode } from '../decode.ts';
import { isList, textAt } from '../json.ts';
import type { Normalizer } from './normalizer.ts';

/**
 * Controllers write subsets in any order. Addresses are ordered as Kubernetes orders them; ports and subsets, which it orders by a hash of
 * Go's memory dump, by what they say: both sides get the same order, which is what counts.
 */
export const endpoints: Normalizer = {
  name: 'endpoints',
  summary: 'Subsets, addresses and ports of Endpoints are compared in one order',
  applies: (group, kind) => group === '' && kind === 'Endpoints',
  normalize: (object, { types }) => {
    const type = types.typeOf('v1', 'Endpoints');
    const decoded = type && tryDecode(object, type, { unknownFields: 'dropped' });
    if (!decoded || !isObject(decoded) || !isList(decoded.subsets))
      return decoded && isObject(decoded) ? decoded : object;
    const subsets = decoded.subsets.filter(isObject).map(sortedSubset);
    return { ...decoded, subsets: inOrder(subsets, it => JSON.stringify(it)) };
  },
};

function sortedSubset(subset: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...subset };
  for (const key of ['addresses', 'notReadyAddresses'])
    if (isList(subset[key]))
      result[key] = inOrder(
        subset[key].filter(isObject),
        it => `${textAt(it, 'ip')}\0${textAt(it, 'targetRef', 'uid')}`,
      );
  if (isList(subset.ports))
    result.ports = inOrder(
      subset.ports.filter(isObject).map(it => ({ ...it, protocol: textAt(it, 'protocol') || 'TCP' })),
      it => `${String((it as JsonObject).port).padStart(6, '0')}\0${JSON.stringify(it)}`,
    );
  return result;
}

function inOrder<T extends JsonObject>(items: readonly T[], textOf: (item: T) => string): readonly T[] {
  return items
    .map(it => ({ it, text: textOf(it) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ it }) => it);
}
