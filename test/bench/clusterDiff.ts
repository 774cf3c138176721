/** Diff of 1,000 objects of which 100 differ, whole process against whole process: ours and `kubectl diff`, on the real control plane. */
import { openCluster } from '../cluster/support/open.ts';
import {
  abreast,
  against,
  cli,
  freshNamespace,
  kubeconfig,
  kubectl,
  patchAll,
  run,
  tidyUp,
  writeApplication,
} from './clusterParts.ts';
import { ms, report, timed } from './measure.ts';
import { thousandObjects } from './thousandObjects.ts';

try {
  const namespace = await freshNamespace('diff');
  const files = writeApplication(namespace, 1);
  await patchAll(thousandObjects(namespace, 1), false);
  writeApplication(namespace, 2);
  // Once each is enough where one takes a minute and the other seconds.
  const ours = await timed(() => cli('diff', ['--output', 'json']));
  const theirs = await timed(() => run(kubectl, ['diff', '--filename', files]));
  const serverSide = await timed(() =>
    run(kubectl, ['diff', '--server-side', '--force-conflicts', '--filename', files]),
  );
  const warm = await predictionsAlone(namespace);
  report('Diff of 1,000 objects, 100 of them changed', [
    against('the whole process, against kubectl diff', [{ ours, theirs }], '≤ 0.1'),
    against('the whole process, against kubectl diff --server-side', [{ ours, theirs: serverSide }], ''),
    { what: 'the 1,000 dry runs and nothing else', value: ms(warm) },
  ]);
} finally {
  await tidyUp();
}

/** Through our transport, warm: what a diff in the editor waits for. */
async function predictionsAlone(namespace: string): Promise<number> {
  const cluster = await openCluster(kubeconfig);
  try {
    await cluster.discover();
    return await timed(async () => {
      const waiting = thousandObjects(namespace, 2).map(it => it.object);
      await Promise.all(
        Array.from({ length: abreast }, async () => {
          for (let object = waiting.shift(); object; object = waiting.shift())
            await cluster.write({ verb: 'apply', object, force: true }, { dryRun: true, fieldManager: 'bench' });
        }),
      );
    });
  } finally {
    await cluster.dispose();
  }
}
