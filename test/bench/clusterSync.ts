/**
 * Sync of 1,000 new objects on the real control plane: the whole process against `kubectl apply --server-side`, and what runs after the plan
 * was accepted against the same PATCH requests and nothing else.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  against,
  cliArguments,
  folder,
  freshNamespace,
  kubectl,
  patchAll,
  run,
  tidyUp,
  writeApplication,
} from './clusterParts.ts';
import { report, timed } from './measure.ts';
import { thousandObjects } from './thousandObjects.ts';

const rounds = 3;

try {
  const theirs: number[] = [];
  const whole: number[] = [];
  const planToEnd: number[] = [];
  const floors: number[] = [];
  const doubled: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const kubectlNamespace = await freshNamespace('kubectl');
    const files = writeApplication(kubectlNamespace, 1);
    theirs.push(
      await timed(() => run(kubectl, ['apply', '--server-side', '--field-manager', 'bench', '--filename', files])),
    );
    const ourNamespace = await freshNamespace('ours');
    writeApplication(ourNamespace, 1);
    const { total, executed } = await timedSync();
    whole.push(total);
    planToEnd.push(executed);
    const bareNamespace = await freshNamespace('bare');
    const objects = thousandObjects(bareNamespace, 1);
    const dry = await timed(() => patchAll(objects, true));
    const bare = await timed(() => patchAll(objects, false));
    floors.push(bare);
    doubled.push(dry + bare);
  }
  const pairs = (ours: readonly number[], other: readonly number[]) =>
    ours.map((it, index) => ({ ours: it, theirs: other[index] ?? Number.NaN }));
  report('Sync of 1,000 new objects', [
    against('the whole process, against kubectl apply --server-side', pairs(whole, theirs), '≤ 0.33'),
    against(
      'the bare PATCHes, against kubectl apply --server-side: what no client can beat here',
      pairs(floors, theirs),
      '',
    ),
    against('from the accepted plan to the end, against the bare PATCHes', pairs(planToEnd, floors), '≤ 1.3'),
    against('the whole process, against a dry run and the PATCHes', pairs(whole, doubled), ''),
  ]);
} finally {
  await tidyUp();
}

async function timedSync(): Promise<{ readonly total: number; readonly executed: number }> {
  const started = performance.now();
  let planned = 0;
  let ended = 0;
  const child = spawn(process.execPath, cliArguments('sync', ['--yes', '--output', 'json']), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', line => {
    if (line.startsWith('{"event":"plan"')) planned = performance.now();
    if (line.startsWith('{"event":"end"')) ended = performance.now();
  });
  const status = await new Promise(resolve => child.on('close', resolve));
  if (status !== 0) throw new Error(`the sync ended with ${status}`);
  return { total: performance.now() - started, executed: ended - planned };
}
