import type { OperationState } from '../core/status/application.ts';
import type { DeliveryStatus, TreeFilter } from '../protocol/delivery.ts';
import { type ClustersState, passes, stateWords } from './clusterTree.ts';
import { countWords, isRunning, runningWords, wantsALook, worstOf } from './marks.ts';
import { nameFrom } from './operationTree.ts';

export interface StatusInput extends ClustersState {
  readonly offered: boolean;
  readonly trusted: boolean;
  readonly chosen: readonly string[];
  readonly operations: readonly OperationState[];
  readonly filter: TreeFilter;
  readonly sandbox: DeliveryStatus['sandbox'];
}

/** What stands beside the trees: status bar, badge, the line above, and why there is nothing to see. */
export function deliveryStatus(input: StatusInput): DeliveryStatus {
  const { offered, trusted, chosen, clusters, applications, operations, sandbox } = input;
  const state = !trusted
    ? 'untrusted'
    : !offered
      ? 'notOffered'
      : chosen.length === 0
        ? 'nothingChosen'
        : applications.length === 0
          ? 'noApplications'
          : 'ready';
  const looks = applications.filter(wantsALook).length;
  const failing = clusters.filter(it => it.state !== 'connected' && it.state !== 'connecting');
  const running = operations.filter(isRunning).length;
  const worst = worstOf(applications);
  const name = clusters.length === 1 ? (clusters[0]?.name ?? '') : `${clusters.length} clusters`;
  const outOfSync = applications.filter(it => it.sync === 'OutOfSync').length;
  const words = [
    ...failingWords(clusters),
    runningWords(operations, nameFrom(applications)),
    // Of a cluster that does not answer this says nothing more.
    worst === undefined || (worst === 'Unknown' && failing.length > 0) ? '' : worst,
    outOfSync > 0 ? `${outOfSync} out of sync` : '',
  ].filter(it => it !== '');
  const icon =
    failing.length > 0
      ? '$(debug-disconnect)'
      : running > 0
        ? '$(sync~spin)'
        : worst === 'Degraded'
          ? '$(error)'
          : looks > 0
            ? '$(warning)'
            : '$(server-environment)';
  const ready = clusters.length > 0 && trusted && offered;
  return {
    state,
    text: ready ? `${icon} ${name}${words.length > 0 ? `: ${words.join(', ')}` : ''}` : '',
    tooltip: [
      ...clusters.map(it => `${it.name}: ${it.message ?? it.state}`),
      applications.length > 0 ? countWords(applications) : 'No Application is known yet.',
    ].join('\n'),
    severity: failing.length > 0 || worst === 'Degraded' ? 'error' : looks > 0 ? 'warning' : 'none',
    badge: looks,
    badgeTooltip: `${looks} ${looks === 1 ? 'Application is' : 'Applications are'} unhealthy or out of sync`,
    running,
    sandbox,
    message: filterMessage(input),
    chosen,
  };
}

/** `1 unreachable` of several clusters; of the only one just what is wrong. */
function failingWords(clusters: StatusInput['clusters']): readonly string[] {
  const words = clusters.flatMap(({ state }) =>
    state === 'connected' || state === 'connecting' ? [] : stateWords[state],
  );
  if (clusters.length === 1) return words;
  return [...new Set(words)].map(word => `${words.filter(it => it === word).length} ${word}`);
}

function filterMessage({ filter, applications }: StatusInput): string {
  const parts = [
    filter.text === '' ? '' : `“${filter.text}”`,
    { all: '', outOfSync: 'out of sync', unhealthy: 'unhealthy' }[filter.only],
  ].filter(it => it !== '');
  if (parts.length === 0) return '';
  const shown = applications.filter(it => passes(it, filter)).length;
  return `${parts.join(', ')}: ${shown} of ${applications.length} Applications`;
}
