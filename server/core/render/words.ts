import { isObject, type Json, type JsonObject } from '../text/json.ts';

/** Readers of what a manifest says, lenient as a preview must be: another type than Argo CD's counts as absent. */
export const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const listIn = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];
export const objectsIn = (value: Json | undefined): readonly JsonObject[] => listIn(value).filter(isObject);
export const textsIn = (value: Json | undefined): readonly string[] =>
  listIn(value).filter((it): it is string => typeof it === 'string');
export const isTrue = (value: Json | undefined): boolean => value === true;
