import { type HealthStatus, isWorse } from '../core/health/health.ts';
import type { ApplicationStatus, OperationState, ResourceStatus, SyncStatus } from '../core/status/application.ts';

/** How health and sync look everywhere: a codicon, a colour of package.json, and always the word too. */
export interface Mark {
  readonly icon: string;
  readonly color?: string;
}

const healthMarks: Readonly<Record<HealthStatus, Mark>> = {
  Healthy: { icon: 'heart-filled', color: 'gitopsWorkbench.healthy' },
  Suspended: { icon: 'debug-pause', color: 'gitopsWorkbench.suspended' },
  Progressing: { icon: 'sync', color: 'gitopsWorkbench.progressing' },
  Missing: { icon: 'circle-slash', color: 'gitopsWorkbench.missing' },
  Degraded: { icon: 'error', color: 'gitopsWorkbench.degraded' },
  Unknown: { icon: 'question', color: 'gitopsWorkbench.unknown' },
};

export const healthMark = (health: HealthStatus): Mark => healthMarks[health];

const outOfSync: Mark = { icon: 'diff', color: 'gitopsWorkbench.outOfSync' };
const busy: Mark = { icon: 'loading~spin' };
const broken: Mark = { icon: 'error', color: 'gitopsWorkbench.degraded' };

/** The worse of the two things that can be wrong decides: ill health before a difference. */
export function applicationMark({ phase, health, sync }: ApplicationStatus): Mark {
  switch (phase) {
    case 'loading':
      return busy;
    case 'unreachable':
      return { icon: 'debug-disconnect', color: 'gitopsWorkbench.unknown' };
    case 'forbidden':
    case 'loginExpired':
      return { icon: 'lock', color: 'gitopsWorkbench.unknown' };
    case 'renderFailed':
      return broken;
    case 'ready':
      // A heart for something that could not be compared would say more than is known.
      if (health === 'Healthy' && sync === 'Unknown') return healthMarks.Unknown;
      return health === 'Healthy' && sync === 'OutOfSync' ? outOfSync : healthMark(health);
  }
}

const phaseWords: Readonly<Record<Exclude<ApplicationStatus['phase'], 'ready'>, string>> = {
  loading: 'loading…',
  unreachable: 'cluster unreachable',
  forbidden: 'permission missing',
  loginExpired: 'login expired',
  renderFailed: 'cannot be rendered',
};

/** `Degraded, OutOfSync`, or why that is not known. What was known before stays beside it. */
export function applicationWords(application: ApplicationStatus): string {
  const { phase, health, sync, operation } = application;
  const known = application.comparedAt !== undefined || phase === 'ready';
  const states = known ? [health, sync] : [];
  const words = phase === 'ready' ? states : [phaseWords[phase], ...(phase === 'loading' ? [] : states)];
  return [...words, ...(operation && isRunning(operation) ? [progressWords(operation)] : [])].join(', ');
}

export function resourceMark(resource: ResourceStatus): Mark {
  if (resource.missing) return healthMarks.Missing;
  if (resource.health && resource.health.status !== 'Healthy') return healthMark(resource.health.status);
  if (resource.requiresPruning) return { icon: 'trash', color: 'gitopsWorkbench.outOfSync' };
  if (resource.sync === 'OutOfSync') return outOfSync;
  if (resource.health) return healthMark(resource.health.status);
  return resource.hook ? { icon: 'zap' } : { icon: 'circle-small-filled' };
}

export function resourceWords(resource: ResourceStatus): string {
  const { health, sync, missing, requiresPruning, hook, info, wave } = resource;
  return [
    info,
    missing ? 'Missing' : health?.status,
    requiresPruning ? 'no longer in the manifests' : missing ? undefined : sync,
    hook ? 'hook' : undefined,
    wave ? `wave ${wave}` : undefined,
  ]
    .filter(it => it !== undefined && it !== '')
    .join(', ');
}

export const isRunning = ({ phase }: OperationState): boolean => phase === 'Running' || phase === 'Terminating';

const operationWords = { sync: 'syncing', rollback: 'rolling back', delete: 'deleting' } as const;

const verbOf = ({ kind, phase }: OperationState): string =>
  phase === 'Terminating' ? 'terminating' : operationWords[kind];

/** `syncing web`, or how many operations run; nothing where none does. */
export function runningWords(operations: readonly OperationState[], nameOf: (application: string) => string): string {
  const [first, ...others] = operations.filter(isRunning);
  if (!first) return '';
  return others.length === 0 ? `${verbOf(first)} ${nameOf(first.application)}` : `${others.length + 1} operations run`;
}

export function progressWords(operation: OperationState): string {
  const { steps } = operation;
  const word = verbOf(operation);
  return steps.length === 0 ? word : `${word} ${doneOf(operation)}/${steps.length}`;
}

export function doneOf({ steps }: OperationState): number {
  return steps.filter(it => it.state !== 'waiting' && it.state !== 'running').length;
}

/** Smaller is worse. */
export function rank({ phase, health, sync }: Pick<ApplicationStatus, 'phase' | 'health' | 'sync'>): number {
  if (phase === 'renderFailed' || (phase === 'ready' && health === 'Degraded')) return 0;
  if (phase === 'unreachable' || phase === 'forbidden' || phase === 'loginExpired') return 1;
  if (health === 'Missing') return 2;
  if (health === 'Progressing') return 3;
  if (sync === 'OutOfSync') return 4;
  if (health === 'Unknown' || sync === 'Unknown') return 5;
  return health === 'Suspended' ? 6 : 7;
}

export function wantsALook({ phase, health, sync }: ApplicationStatus): boolean {
  return phase !== 'loading' && (isIll(health) || sync === 'OutOfSync' || phase === 'renderFailed');
}

export const isIll = (health: HealthStatus): boolean => health === 'Degraded' || health === 'Missing';

export function worstOf(applications: readonly ApplicationStatus[]): HealthStatus | undefined {
  let worst: HealthStatus | undefined;
  for (const { health, phase } of applications)
    if (phase !== 'loading' && (worst === undefined || isWorse(worst, health))) worst = health;
  return worst;
}

/** `1 degraded, 3 out of sync · 12 Applications`: what wants a look comes first, as a narrow view shows no more. */
export function countWords(applications: readonly ApplicationStatus[], shown = applications.length): string {
  const count = (fits: (it: ApplicationStatus) => boolean, word: string): string | undefined => {
    const found = applications.filter(fits).length;
    return found === 0 ? undefined : `${found} ${word}`;
  };
  const healthCount = (status: HealthStatus, word: string) =>
    count(it => it.phase !== 'loading' && it.health === status, word);
  const all = `${applications.length} ${applications.length === 1 ? 'Application' : 'Applications'}`;
  const total = shown === applications.length ? all : `${shown} of ${all}`;
  const told = [
    healthCount('Degraded', 'degraded'),
    healthCount('Missing', 'missing'),
    healthCount('Progressing', 'progressing'),
    count(it => it.sync === 'OutOfSync', 'out of sync'),
    count(it => it.phase === 'loading', 'loading'),
  ].filter(it => it !== undefined);
  return told.length === 0 ? total : `${told.join(', ')} · ${total}`;
}

export const syncWord = (sync: SyncStatus | undefined): string => sync ?? '';
