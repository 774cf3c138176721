import type { ManifestDocument, NodeAt } from '../documents/document.ts';
import { annotationNamed, annotations, applicationSyncOptions } from '../model/annotations.ts';
import { ownKind } from '../model/ours.ts';
import { segmentsOf } from '../text/json.ts';
import type { Suggestion } from './suggestion.ts';

/** Names that stand elsewhere in the workspace. */
export interface KnownNames {
  readonly projects: readonly string[];
  readonly clusters: readonly { readonly name: string; readonly server: string }[];
  readonly repositories: readonly string[];
}

/** Names of projects, clusters and repositories; annotations and options that Argo CD reads. */
export function completeName(document: ManifestDocument, at: NodeAt, names: KnownNames): readonly Suggestion[] {
  const segments = segmentsOf(at.path);
  const replace = at.scalar ? document.spanOf(at.path, at.part) : undefined;
  const place = replace ? { replace } : {};
  const some = (kind: Suggestion['kind'], labels: readonly string[]): readonly Suggestion[] =>
    [...new Set(labels)].filter(Boolean).map(label => ({ label, kind, insert: label, ...place }));
  const inMetadata = segments.at(-2) === 'annotations' && segments.at(-3) === 'metadata';
  if (at.part === 'key') {
    return inMetadata
      ? annotations.map(({ name, summary }) => ({
          label: name,
          kind: 'key',
          documentation: summary,
          insert: name,
          ...place,
        }))
      : [];
  }
  if (segments.at(-1) === 'annotations' && segments.at(-2) === 'metadata')
    return annotations.map(({ name, summary }) => ({
      label: name,
      kind: 'key',
      documentation: summary,
      insert: `${name}: `,
    }));
  if (inMetadata) return some('option', annotationValues(segments.at(-1) ?? ''));
  const kind = ownKind(document);
  if (kind !== 'Application' && kind !== 'ApplicationSet') return [];
  const [parent, last] = [segments.at(-2), segments.at(-1)];
  if (parent === 'spec' && last === 'project') return some('reference', ['default', ...names.projects]);
  if (last === 'syncOptions' || parent === 'syncOptions') return some('option', applicationSyncOptions);
  if (parent === 'destination' && last === 'name')
    return some('reference', ['in-cluster', ...names.clusters.map(it => it.name)]);
  if (parent === 'destination' && last === 'server')
    return some('reference', ['https://kubernetes.default.svc', ...names.clusters.map(it => it.server)]);
  if (last === 'repoURL') return some('reference', names.repositories);
  return [];
}

function annotationValues(name: string): readonly string[] {
  const value = annotationNamed(name)?.value;
  if (value?.kind === 'list' || value?.kind === 'one') return value.of;
  return value?.kind === 'boolean' ? ['"true"', '"false"'] : [];
}
