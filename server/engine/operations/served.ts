import { isObject, type JsonObject } from '../../core/text/json.ts';
import { type Cluster, ClusterFailure, type KindRef } from '../cluster.ts';
import { isWeather } from './failures.ts';
import { type Patience, patiently } from './patience.ts';

/** Custom resources of a definition are served a moment after it was made. */
const establishedMs = 15_000;
const lookEveryMs = 100;

interface ServedSubject extends Patience {
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  /** The definition as it stands in the cluster. */
  readonly now: () => Promise<JsonObject | undefined>;
}

/**
 * Waits until a definition is established and its kinds answer. The condition comes first, and its handler and discovery follow on their own
 * (apiextensions-apiserver:pkg/apiserver/customresource_handler.go): who believes the condition alone gets a 404 now and then. What is not
 * served in time fails when its objects are applied, with the server's words.
 */
export async function untilServed(definition: JsonObject, subject: ServedSubject): Promise<void> {
  const { pauses, cluster, signal } = subject;
  const until = pauses.now() + establishedMs;
  while (pauses.now() < until) {
    const { object } = await patiently(subject, async () => ({ object: await subject.now() }));
    if (!object) return;
    if (isEstablished(object) && (await answer(kindsOf(definition), subject))) break;
    await pauses.pause(lookEveryMs);
  }
  await patiently(subject, () => cluster.discover({ fresh: true, signal }));
}

function isEstablished({ status }: JsonObject): boolean {
  const { conditions } = isObject(status) ? status : {};
  return (
    Array.isArray(conditions) &&
    conditions.some(it => isObject(it) && it.type === 'Established' && it.status === 'True')
  );
}

async function answer(kinds: readonly KindRef[], { cluster, signal, ...patience }: ServedSubject): Promise<boolean> {
  for (const kind of kinds) {
    try {
      // No object has this name: the answer tells about the kind, and holds nothing.
      const nothing = { fieldSelector: 'metadata.name=-', metadataOnly: true, signal };
      await patiently(patience, () => cluster.list(kind, nothing));
    } catch (cause) {
      if (!(cause instanceof ClusterFailure) || isWeather(cause)) throw cause;
      if (cause.reason === 'unknownKind' || cause.reason === 'notFound') return false;
      // Any other refusal, such as that of a user who may not list, comes only from a kind that is served.
    }
  }
  return true;
}

/** In every version that the definition says is served. */
function kindsOf({ spec }: JsonObject): readonly KindRef[] {
  const { group, names, versions } = isObject(spec) ? spec : {};
  const { kind } = isObject(names) ? names : {};
  if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(versions)) return [];
  return versions.flatMap(it =>
    isObject(it) && it.served === true && typeof it.name === 'string'
      ? [{ apiVersion: `${group}/${it.name}`, kind }]
      : [],
  );
}
