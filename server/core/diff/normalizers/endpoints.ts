import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { md5 } from '../../text/md5.ts';
import { tryDecode } from '../decode.ts';
import { isList, textAt } from '../json.ts';
import type { Normalizer } from './normalizer.ts';

/**
 * Controllers write subsets in any order. Addresses are ordered by IP and UID, ports and subsets by the MD5 of how Go's spew prints them
 * (argo-cd:gitops-engine/internal/kubernetes_vendor/pkg/api/v1/endpoints/util.go). Go prints the address of a pointer that is not nil, so that
 * ports with an appProtocol come in any order there; here they are ordered by its value.
 */
export const endpoints: Normalizer = {
  name: 'endpoints',
  summary: 'Subsets, addresses and ports of Endpoints are compared in one order',
  applies: (group, kind) => group === '' && kind === 'Endpoints',
  normalize: (object, { types }) => {
    const type = types.typeOf('v1', 'Endpoints');
    const decoded = type && tryDecode(object, type, { unknownFields: 'dropped' });
    if (!isObject(decoded)) return object;
    if (!isList(decoded.subsets)) return decoded;
    const subsets = decoded.subsets.filter(isObject).map(sortedSubset);
    return { ...decoded, subsets: inOrder(subsets, it => md5(subsetText(it))) };
  },
};

function sortedSubset(subset: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...subset };
  for (const key of ['addresses', 'notReadyAddresses']) {
    const addresses = subset[key];
    if (isList(addresses))
      result[key] = inOrder(addresses.filter(isObject), it => `${textAt(it, 'ip')}\0${textAt(it, 'targetRef', 'uid')}`);
  }
  if (isList(subset.ports)) {
    const ports = subset.ports.filter(isObject).map(it => ({ ...it, protocol: textAt(it, 'protocol') || 'TCP' }));
    result.ports = inOrder(ports, it => md5(`(v1.EndpointPort)${portText(it)}`));
  }
  return result;
}

function inOrder<T extends JsonObject>(items: readonly T[], textOf: (item: T) => string): readonly T[] {
  return items
    .map(it => ({ it, text: textOf(it) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ it }) => it);
}

function portText(port: JsonObject): string {
  return `{Name:(string)${textAt(port, 'name')} Port:(int32)${Number(port.port ?? 0)} Protocol:(v1.Protocol)${textAt(port, 'protocol')} AppProtocol:(*string)${pointerText(port.appProtocol)}}`;
}

function subsetText(subset: JsonObject): string {
  const list = (key: string, textOf: (it: JsonObject) => string): string => {
    const items = subset[key];
    return isList(items) ? `[${items.filter(isObject).map(textOf).join(' ')}]` : '<nil>';
  };
  return `(v1.EndpointSubset){Addresses:([]v1.EndpointAddress)${list('addresses', addressText)} NotReadyAddresses:([]v1.EndpointAddress)${list('notReadyAddresses', addressText)} Ports:([]v1.EndpointPort)${list('ports', portText)}}`;
}

function addressText(address: JsonObject): string {
  const ref = address.targetRef;
  const target = isObject(ref) ? JSON.stringify(ref) : '<nil>';
  return `{IP:(string)${textAt(address, 'ip')} Hostname:(string)${textAt(address, 'hostname')} NodeName:(*string)${pointerText(address.nodeName)} TargetRef:(*v1.ObjectReference)${target}}`;
}

const pointerText = (value: Json | undefined): string => (typeof value === 'string' ? value : '<nil>');
