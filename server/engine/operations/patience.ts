import { ClusterFailure } from '../cluster.ts';
import { isWeather } from './failures.ts';
import type { Pauses } from './pauses.ts';

export interface Patience {
  readonly pauses: Pauses;
  /** How long a cluster that does not answer is tried again. */
  readonly patienceMs: number;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;

/**
 * Repeats what is safe to repeat while the cluster does not answer. `landed` looks whether the lost request was carried out; without it the
 * request is one that does nothing new the second time.
 */
export async function patiently<T>(
  patience: Patience,
  send: () => Promise<T>,
  landed?: () => Promise<T | undefined>,
): Promise<T> {
  const { pauses, patienceMs } = patience;
  const until = pauses.now() + patienceMs;
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      return await send();
    } catch (cause) {
      if (!(cause instanceof ClusterFailure) || !mayPass(cause) || pauses.now() + pause > until) throw cause;
      await pauses.pause(cause.retryAfterSeconds === undefined ? pause : cause.retryAfterSeconds * 1000);
      const lost = isWeather(cause) && landed;
      const already = lost ? await patiently(patience, async () => ({ found: await landed() })) : undefined;
      if (already?.found !== undefined) return already.found;
    }
  }
}

/** Credentials do not come back by themselves; networks and servers do. */
function mayPass(failure: ClusterFailure): boolean {
  if (failure.reason === 'unauthorized' || failure.reason === 'kubeconfig') return false;
  return isWeather(failure) || isTooEarly(failure);
}

/** A new namespace has no service account for a moment, and admission refuses pods until it has. */
function isTooEarly({ reason, message }: ClusterFailure): boolean {
  return reason === 'forbidden' && /error looking up service account/.test(message);
}
