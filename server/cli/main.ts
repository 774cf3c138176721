#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { version } from '../../package.json';
import { createChartSource } from '../adapters/charts/charts.ts';
import { systemClock } from '../adapters/clock/clock.ts';
import { createFileSystem } from '../adapters/files/files.ts';
import { kubernetesTypesIn } from '../adapters/files/kubernetesTypes.ts';
import { userCache } from '../adapters/files/userFolders.ts';
import { createClones } from '../adapters/git/clones.ts';
import { createGit } from '../adapters/git/git.ts';
import { Golib } from '../adapters/golib/library.ts';
import { Tools } from '../adapters/golib/tools.ts';
import { createContexts } from '../adapters/kubernetes/contexts.ts';
import { readKubeconfigs } from '../adapters/kubernetes/kubeconfigs.ts';
import { sandboxKubeconfig } from '../adapters/kubernetes/sandboxFile.ts';
import { createPluginRunner } from '../adapters/plugins/plugins.ts';
import { whoWeAre } from '../adapters/process/who.ts';
import { catalogFrom } from '../core/schema/catalog.ts';
import { createWorkbench } from '../engine/create.ts';
import { createDelivery } from '../engine/delivery/create.ts';
import type { Library, Log } from '../engine/ports.ts';
import { createRemoteContent } from '../engine/remoteContent.ts';
import { bestVersion } from '../engine/versions.ts';
import type { World } from './command.ts';
import { runProgram } from './program.ts';

/** The command line's composition root: the only place of it that knows adapters and the process. */
const asset = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const files = createFileSystem();
const git = createGit();
const made: { dispose(): Promise<void> }[] = [];
let ending = false;

// Whoever reads our output may stop early (`| head`); that is no failure.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code !== 'EPIPE') throw cause;
});

const log: Log = {
  info: () => undefined,
  warn: () => undefined,
  // A library that was still starting when everything was done says that it was closed.
  error: (message, cause) =>
    void (ending || process.stderr.write(`${message} ${cause instanceof Error ? cause.message : ''}\n`)),
};

const clones = createClones({ folder: userCache('repositories'), log });

function remoteFor(library: Library) {
  const charts = createChartSource({ folder: userCache('charts'), best: (...of) => bestVersion(library, ...of) });
  return createRemoteContent({ charts, clones, git });
}

const kubernetesTypes = kubernetesTypesIn(asset('./kubernetesTypes.json'), log);

const types = kubernetesTypesIn(asset('./kubernetesTypes.json'), log);

const world: World = {
  directory: process.cwd().replaceAll('\\', '/'),
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  progress: line => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line ?? ''}`);
  },
  readInput: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  },
  workbench: (settings, options) => {
    const library = new Golib({ wasm: asset('./golib/light.wasm.br'), log });
    const tools = new Tools({ wasm: asset('./golib/heavy.wasm.br'), log });
    const workbench = createWorkbench(
      {
        files,
        git,
        library,
        tools,
        clones,
        remote: remoteFor(library),
        plugins: createPluginRunner,
        clock: systemClock,
        log,
        schemas,
        kubeconfigs: readKubeconfigs,
        home: world.directory,
      },
      { delay: 0, background: options.background },
    );
    if (options.warm) void library.warmUp();
    made.push(workbench);
    workbench.subscribe(event => {
      if (event.kind === 'indexing') world.progress(event.finished ? undefined : `Indexed ${event.done} files`);
      if (event.kind === 'trouble') world.err(`gitops-workbench: ${event.failure.message}\n`);
    });
    workbench.setSettings(settings);
    return workbench;
  },
  sandbox: async ({ kubeconfig, ...request }) => {
    // A tenth of the program, needed by this command only.
    const { startSeveral } = await import('../sandbox/several.ts');
    const files = [...(kubeconfig === undefined ? [] : [kubeconfig]), sandboxKubeconfig()];
    const several = await startSeveral({ ...request, types: types(), kubeconfigs: files });
    const ended = new Promise<void>(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
    }).then(() => several.stop());
    return { started: several.started, kubeconfig: files[0] ?? '', ended };
  },
  library: () => {
    const library = new Golib({ wasm: asset('./golib/light.wasm.br'), log });
    made.push(library);
    return library;
  },
  contexts: async ({ kubeconfig, sandbox }) => {
    const files = sandbox ? [sandboxKubeconfig()] : kubeconfig === undefined ? undefined : [kubeconfig];
    return createContexts(files ? { kubeconfigs: files } : {});
  },
  delivery: (workbench, options) => {
    const library = world.library();
    const delivery = createDelivery({
      ...options,
      workbench,
      library,
      git,
      clock: systemClock,
      log,
      fetches: () => true,
      types: kubernetesTypes,
      // A command that only reads must not go on with what another one began; `sync` and `rollback` do so themselves.
      resumes: () => false,
      ...whoWeAre(),
    });
    // Before the workbench, which answers its questions.
    made.unshift(delivery);
    return delivery;
  },
  confirm: async question => {
    if (!process.stdin.isTTY) return false;
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await asking.question(`${question} (y/N) `);
    asking.close();
    return /^y(es)?$/i.test(answer.trim());
  },
  types: kubernetesTypes,
  readFile: async path => {
    const text = await files.read(path, 50_000_000);
    return text === 'tooLarge' ? undefined : text;
  },
  kindOf: files.kindOf,
  repositoryOf: async folder => (await git.repositoryOf(folder).catch(() => undefined))?.root,
  listManifests: root => files.listManifests(root, { exclude: [] }),
};

/** Read when the first manifest is checked; without the file nothing is said about fields. */
function schemas(argoVersion: string) {
  try {
    return catalogFrom(JSON.parse(readFileSync(asset('./schemas.json'), 'utf8')), { argoVersion });
  } catch (cause) {
    log.error('The schemas cannot be read, so fields are not checked.', cause);
    return catalogFrom({});
  }
}

process.exitCode = await runProgram(process.argv.slice(2), version, world);
ending = true;
for (const it of made) await it.dispose();
