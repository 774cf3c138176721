import { readFileSync } from 'node:fs';
import { type KubernetesTypes, typesFrom } from '../../core/diff/types.ts';
import type { Log } from '../../engine/ports.ts';

/** Reads dist/kubernetesTypes.json when it is first asked for. Without the file objects are compared as plain JSON. */
export function kubernetesTypesIn(file: string, log: Log): () => KubernetesTypes {
  let read: KubernetesTypes | undefined;
  return () => {
    read ??= load(file, log);
    return read;
  };
}

function load(file: string, log: Log): KubernetesTypes {
  try {
    return typesFrom(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    log.error(
      'The types of Kubernetes could not be read; quantities and defaults are compared as they are written.',
      cause,
    );
    return typesFrom({});
  }
}
