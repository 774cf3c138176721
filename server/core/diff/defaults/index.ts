import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { canonicalQuantity, parseQuantity } from '../../text/quantity.ts';
import { isList } from '../json.ts';
import type { Draft, GoType, StructType } from '../types.ts';
import { appsBetaDefaults, appsDefaults, extensionsDefaults } from './apps.ts';
import { batchDefaults } from './batch.ts';
import { coreDefaults } from './core.ts';
import {
  admissionDefaults,
  autoscalingV1Defaults,
  autoscalingV2Defaults,
  discoveryDefaults,
  flowcontrolDefaults,
  networkingDefaults,
  rbacDefaults,
  schedulingDefaults,
  storageDefaults,
} from './others.ts';
import type { Defaulter } from './values.ts';

/** By Go package, then by type. Later versions of a group share the functions of the first that has them. */
const packages: Readonly<Record<string, Readonly<Record<string, Defaulter>>>> = {
  'k8s.io/api/core/v1': coreDefaults,
  'k8s.io/api/apps/v1': appsDefaults,
  'k8s.io/api/apps/v1beta2': appsDefaults,
  'k8s.io/api/apps/v1beta1': appsBetaDefaults,
  'k8s.io/api/extensions/v1beta1': { ...networkingDefaults, ...extensionsDefaults },
  'k8s.io/api/batch/v1': batchDefaults,
  'k8s.io/api/batch/v1beta1': batchDefaults,
  'k8s.io/api/rbac/v1': rbacDefaults,
  'k8s.io/api/rbac/v1beta1': rbacDefaults,
  'k8s.io/api/rbac/v1alpha1': rbacDefaults,
  'k8s.io/api/networking/v1': networkingDefaults,
  'k8s.io/api/networking/v1beta1': networkingDefaults,
  'k8s.io/api/storage/v1': storageDefaults,
  'k8s.io/api/storage/v1beta1': storageDefaults,
  'k8s.io/api/scheduling/v1': schedulingDefaults,
  'k8s.io/api/discovery/v1': discoveryDefaults,
  'k8s.io/api/discovery/v1beta1': discoveryDefaults,
  'k8s.io/api/autoscaling/v1': autoscalingV1Defaults,
  'k8s.io/api/autoscaling/v2': autoscalingV2Defaults,
  'k8s.io/api/admissionregistration/v1': admissionDefaults,
  'k8s.io/api/flowcontrol/v1': flowcontrolDefaults,
};

/** The typed object with the values that the API server would give it; every nested type after the one that holds it. */
export function withDefaults(object: JsonObject, type: StructType): JsonObject {
  const copy = structuredCopy(object);
  walk(copy, type);
  return copy;
}

function walk(value: Json | undefined, type: GoType): void {
  if (value === null || value === undefined) return;
  if (type.kind === 'pointer') walk(value, type.to);
  else if (type.kind === 'list' && isList(value)) for (const it of value) walk(it, type.of);
  else if (type.kind === 'map' && isObject(value)) walkMap(value as Draft, type.of);
  else if (type.kind === 'struct' && isObject(value)) walkStruct(value as Draft, type);
}

function walkStruct(object: Draft, type: StructType): void {
  defaulterOf(type)?.(object);
  for (const key of Object.keys(object)) {
    const field = type.fields.get(key);
    if (field && needsWalk(field.type)) walk(object[key], field.type);
  }
}

const needsWalk = (type: GoType): boolean => 'to' in type || 'of' in type || 'fields' in type;

function walkMap(object: Draft, of: GoType): void {
  if (of.kind === 'own' && of.name === 'Quantity') roundUp(object);
  else for (const key of Object.keys(object)) walk(object[key], of);
}

/** Resource amounts are kept in thousandths. */
function roundUp(amounts: Draft): void {
  for (const key of Object.keys(amounts)) {
    const text = amounts[key];
    if (typeof text !== 'string' || !/[.nu]/.test(text)) continue;
    const parsed = parseQuantity(text);
    if ('error' in parsed || parsed.nano % 1_000_000n === 0n) continue;
    const thousandths = parsed.nano / 1_000_000n + (parsed.nano > 0n ? 1n : 0n);
    amounts[key] = canonicalQuantity(`${thousandths}m`);
  }
}

function defaulterOf({ name }: StructType): Defaulter | undefined {
  const dot = name.lastIndexOf('.');
  return packages[name.slice(0, dot)]?.[name.slice(dot + 1)];
}

function structuredCopy(value: JsonObject): Draft {
  const copy: Draft = {};
  for (const key of Object.keys(value)) copy[key] = copied(value[key] ?? null);
  return copy;
}

function copied(value: Json): Json {
  return isList(value) ? value.map(copied) : isObject(value) ? structuredCopy(value) : value;
}
