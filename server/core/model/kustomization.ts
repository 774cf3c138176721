import { isObject, type Json, type JsonObject } from '../text/json.ts';

/** kustomize:api/konfig/general.go, RecognizedKustomizationFileNames */
export function isKustomizationFile(file: string): boolean {
  return /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(file);
}

/** The files that a kustomization lays over others, relative to it. Inline patches are no files. */
export function patchFilesOf(kustomization: Json): readonly string[] {
  if (!isObject(kustomization)) return [];
  const merged = list(kustomization.patchesStrategicMerge).filter(it => typeof it === 'string');
  const named = [...list(kustomization.patches), ...list(kustomization.patchesJson6902)]
    .filter(isObject)
    .map((it: JsonObject) => it.path)
    .filter(it => typeof it === 'string');
  return [...merged, ...named].filter(it => !/[\n:{]/.test(it));
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
