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
  const { defaulter, below } = stopOf(type);
  defaulter?.(object);
  for (const [name, inner] of below) walk(object[name], inner);
}

/** What is to be done at a struct, and in which of its fields anything at all. */
interface Stop {
  readonly defaulter: Defaulter | undefined;
  readonly below: readonly (readonly [string, GoType])[];
}

const stops = new WeakMap<StructType, Stop>();

function stopOf(type: StructType): Stop {
  const known = stops.get(type);
  if (known) return known;
  const fields = [...type.fields.values()].filter(it => hasDefaults(it.type, new Set([type])));
  const stop = { defaulter: defaulterOf(type), below: fields.map(it => [it.name, it.type] as const) };
  stops.set(type, stop);
  return stop;
}

function hasDefaults(type: GoType, seen: Set<GoType>): boolean {
  if (type.kind === 'pointer') return hasDefaults(type.to, seen);
  if (type.kind === 'list') return hasDefaults(type.of, seen);
  if (type.kind === 'map') return isQuantity(type.of) || hasDefaults(type.of, seen);
  if (type.kind !== 'struct') return false;
  // A type that holds itself: whoever asked first decides.
  if (seen.has(type)) return defaulterOf(type) !== undefined;
  seen.add(type);
  return defaulterOf(type) !== undefined || [...type.fields.values()].some(it => hasDefaults(it.type, seen));
}

const isQuantity = (type: GoType): boolean => type.kind === 'own' && type.name === 'Quantity';

function walkMap(object: Draft, of: GoType): void {
  if (isQuantity(of)) roundUp(object);
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
