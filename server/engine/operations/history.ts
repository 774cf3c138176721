import type { HistoryEntry, OperationState } from '../../core/status/application.ts';
import { sourceText } from '../../core/status/fromArgocd.ts';
import { metadataOf } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import type { StoredHistory } from './record.ts';

/** As many successes as the Application wants kept, and the failures since the oldest of them; newest first. */
export function withEntry(
  history: readonly StoredHistory[],
  entry: Omit<StoredHistory, 'id'>,
  limit: number,
): readonly StoredHistory[] {
  const id = Math.max(-1, ...history.map(it => it.id)) + 1;
  const all = [{ ...entry, id }, ...history];
  const kept: StoredHistory[] = [];
  let successes = 0;
  for (const it of all) {
    if (it.result === 'Succeeded') successes += 1;
    if (successes > limit) break;
    kept.push(it);
  }
  // Of an Application that never succeeds no more than of one that does.
  return kept.slice(0, Math.max(limit * 2, 0));
}

export function entryFor(
  application: JsonObject,
  operation: Pick<OperationState, 'phase' | 'startedAt' | 'finishedAt' | 'revisions' | 'initiatedBy'>,
  fingerprint: string,
): Omit<StoredHistory, 'id'> {
  const spec = isObject(application.spec) ? application.spec : {};
  const sources = Array.isArray(spec.sources) && spec.sources.length > 0 ? spec.sources : [spec.source];
  return {
    deployedAt: operation.finishedAt ?? operation.startedAt,
    startedAt: operation.startedAt,
    revisions: operation.revisions,
    initiatedBy: operation.initiatedBy,
    result: operation.phase === 'Succeeded' ? 'Succeeded' : 'Failed',
    sources: sources.filter(isObject).map(sourceText),
    fingerprint,
    spec:
      Array.isArray(spec.sources) && spec.sources.length > 0
        ? { sources: spec.sources }
        : { source: spec.source ?? {} },
  };
}

/** Without what only a rollback needs. */
export function shown({ fingerprint: _, spec: __, ...entry }: StoredHistory): HistoryEntry {
  return entry;
}

/** The Application as it was then: its sources of that time at the revisions of that time. */
export function applicationAt(application: JsonObject, entry: StoredHistory): JsonObject {
  const { source: _, sources: __, ...spec } = isObject(application.spec) ? application.spec : {};
  const pinned = (source: JsonObject, i: number): JsonObject => {
    const revision = entry.revisions[i];
    const exact =
      revision !== undefined && (isCommit(revision) || (typeof source.chart === 'string' && revision !== ''));
    return exact ? { ...source, targetRevision: revision } : source;
  };
  const { sources, source } = entry.spec;
  const then = Array.isArray(sources)
    ? { sources: sources.filter(isObject).map(pinned) }
    : { source: isObject(source) ? pinned(source, 0) : {} };
  return { ...application, metadata: metadataOf(application), spec: { ...spec, ...then } };
}

export const isCommit = (revision: string): boolean => /^[0-9a-f]{40,64}$/i.test(revision);
