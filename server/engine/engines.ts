import { isKustomizationFile } from '../core/model/kustomization.ts';
import { isObject, type Json } from '../core/text/json.ts';

/**
 * The engines that Applications and ApplicationSets of a workspace will need (as the index tells of them), so that they are ready when the first one is rendered. A guess, by what Applications
 * say and by the names of files: without Applications nothing is rendered, whatever lies there.
 */
export function enginesFor(
  declared: readonly { readonly value?: Json | undefined }[],
  files: readonly string[],
): readonly string[] {
  if (declared.length === 0) return [];
  const named = new Set(declared.flatMap(({ value }) => (isObject(value) ? value.engines : [])));
  return [
    ...(named.has('helm') || files.some(it => it.endsWith('/Chart.yaml')) ? ['helm'] : []),
    ...(named.has('kustomize') || files.some(isKustomizationFile) ? ['kustomize'] : []),
  ];
}

/** Those that an Application, or the template of an ApplicationSet, names itself. */
export function enginesNamedBy(manifest: Json): readonly string[] {
  const spec = at(manifest, 'spec');
  const specs = [spec, at(at(spec, 'template'), 'spec')];
  const sources = specs.flatMap(it => [at(it, 'source'), at(it, 'sources')].flat());
  const says = (field: string) => sources.some(it => at(it ?? null, field) !== null);
  return [...(says('chart') || says('helm') ? ['helm'] : []), ...(says('kustomize') ? ['kustomize'] : [])];
}

const at = (value: Json, key: string): Json => (isObject(value) ? (value[key] ?? null) : null);
