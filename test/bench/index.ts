/** The index of a repository of 10,000 YAML files, against merely reading and parsing them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { systemClock } from '../../server/adapters/clock/clock.ts';
import { createFileSystem } from '../../server/adapters/files/files.ts';
import { createGit } from '../../server/adapters/git/git.ts';
import { createWorkbench } from '../../server/engine/create.ts';
import { manifests } from './manifests.ts';
import { megabytes, ms, report, timed } from './measure.ts';

const folder = mkdtempSync(join(tmpdir(), 'gitops-bench-'));
try {
  for (let i = 0; i < 10_000; i++) {
    const directory = join(folder, `team-${i % 50}`, `app-${i}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'manifest.yaml'), manifests(3).replaceAll('guestbook-0', `guestbook-${i}`));
  }
  const floor = await timed(async () => {
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) parseAllDocuments(await readFile(join(file.parentPath, file.name), 'utf8'));
    }
  });
  globalThis.gc?.();
  const before = process.memoryUsage();
  const workbench = createWorkbench(
    {
      files: createFileSystem(),
      git: createGit(),
      clock: systemClock,
      home: folder,
      library: {
        call: async calls => calls.map(() => ({ ok: false as const, error: 'not measured here' })),
        warmUp: () => undefined,
        dispose: async () => undefined,
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    { background: false },
  );
  const own = await timed(async () => {
    workbench.setFolders([folder]);
    await workbench.indexed();
  });
  globalThis.gc?.();
  const after = process.memoryUsage();
  const entries = workbench.lookup({}).length;
  report(
    `Index of 10,000 files (${entries} manifests, ${megabytes(readFileSync(join(folder, 'team-0', 'app-0', 'manifest.yaml')).length * 10_000)})`,
    [
      {
        what: 'ours, against reading and parsing',
        value: ms(own),
        against: ms(floor),
        ratio: own / floor,
        aim: '≤ 1.3',
      },
      { what: 'memory kept', value: megabytes(after.heapUsed - before.heapUsed) },
    ],
  );
  await workbench.dispose();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
