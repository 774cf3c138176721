import type { ArgocdSettings } from '../../core/model/argocdSettings.ts';
import type { Pairs } from '../../core/sync/pairs.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { Cluster } from '../cluster.ts';
import type { Library } from '../ports.ts';

/** Compares pairs as Argo CD does with server-side diff; remembers what the API server predicted. */
export interface Comparer {
  /** One answer for each pair, in order. */
  compare(pairs: Pairs, about: CompareAbout): Promise<readonly Compared[]>;
}

export interface CompareAbout {
  readonly application: JsonObject;
  readonly settings: ArgocdSettings;
  readonly signal?: AbortSignal | undefined;
}

export interface Compared {
  /** `undefined`: it could not be compared, and `note` says why. */
  readonly modified: boolean | undefined;
  /** Both sides normalized, Secrets masked; absent where there is nothing. */
  readonly live?: JsonObject;
  readonly predicted?: JsonObject;
  readonly by: 'server' | 'threeWay' | 'twoWay' | 'structured' | 'none';
  readonly note?: string;
}

export function createComparer(_cluster: Cluster, _library: Library): Comparer {
  return {
    compare: async ({ pairs }) =>
      pairs.map(() => ({ modified: undefined, by: 'none', note: 'Differences are not compared yet.' })),
  };
}
