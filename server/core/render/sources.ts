import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { isOci } from './source.ts';
import { Refused } from './stop.ts';
import { objectIn, objectsIn, textIn } from './words.ts';

export interface Sources {
  readonly list: readonly JsonObject[];
  /** `sources` was used, and so the sources may refer to each other. */
  readonly several: boolean;
}

/** sourceHydrator, sources, source: the first of them that is there counts (argo-cd:pkg/apis/application/v1alpha1/types.go GetSources). */
export function sourcesOf(application: JsonObject): Sources {
  const spec = objectIn(application.spec);
  if (isObject(spec.sourceHydrator)) return { list: [hydrated(spec.sourceHydrator)], several: false };
  const sources = objectsIn(spec.sources);
  if (sources.length > 0) return { list: sources, several: true };
  return { list: isObject(spec.source) ? [spec.source] : [], several: false };
}

/** What Argo CD syncs from is the branch that its hydrator writes. */
function hydrated(hydrator: JsonObject): JsonObject {
  const sync = objectIn(hydrator.syncSource);
  const repoURL: Json = textIn(sync.repoURL) || textIn(objectIn(hydrator.drySource).repoURL);
  return { repoURL, path: textIn(sync.path), targetRevision: textIn(sync.targetBranch) };
}

/** argo-cd:util/argo/argo.go validateSourceFields: what stops an Application before anything is rendered. */
export function checkSource(source: JsonObject, { several }: Sources): void {
  const named = textIn(source.path) !== '' || textIn(source.chart) !== '';
  const refers = several && textIn(source.ref) !== '';
  if (textIn(source.repoURL) === '' || !(named || refers || isOci(source)))
    throw new Refused(
      several
        ? `spec.source.repoURL and either source.path, source.chart, or source.ref are required for source ${described(source)}`
        : 'spec.source.repoURL and either spec.source.path or spec.source.chart are required',
    );
  if (textIn(source.chart) !== '' && textIn(source.targetRevision) === '')
    throw new Refused('spec.source.targetRevision is required if the manifest source is a helm chart');
}

function described(source: JsonObject): string {
  return JSON.stringify({ repoURL: textIn(source.repoURL), targetRevision: textIn(source.targetRevision) });
}

/** Only content for other sources' value files. */
export function isReferenceOnly(source: JsonObject, { several }: Sources): boolean {
  return (
    several && textIn(source.ref) !== '' && textIn(source.path) === '' && textIn(source.chart) === '' && !isOci(source)
  );
}
