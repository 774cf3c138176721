import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
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
import { sandboxState } from '../adapters/sandbox/state.ts';
import { type Catalog, catalogFrom } from '../core/schema/catalog.ts';
import { createWorkbench } from '../engine/create.ts';
import { createDelivery } from '../engine/delivery/create.ts';
import type { Log } from '../engine/ports.ts';
import { createRemoteContent } from '../engine/remoteContent.ts';
import type { Settings } from '../engine/settings.ts';
import { bestVersion } from '../engine/versions.ts';
import type { InitializationOptions } from '../protocol/requests.ts';
import type { Snapshot } from '../sandbox/sandbox.ts';
import { sandboxContext } from './delivery/front.ts';
import { createSandboxHost } from './delivery/sandbox.ts';
import type { Parts } from './server.ts';
import type { SchemaAssist } from './session.ts';

/**
 * Puts the real parts together; everything else of this folder knows only ports. `main.ts` and the tests use it alike. `built`: the folder of
 * the built files, for clients that do not name it.
 */
export function parts(log: Log, built = ''): Parts {
  const distOf = (options: InitializationOptions) => options.dist || built;
  return {
    open: (options, settings) => {
      const dist = distOf(options);
      const library = new Golib({ wasm: path.join(dist, 'golib', 'light.wasm.br'), log });
      void library.warmUp();
      const schemas = (argoVersion: string) => catalogIn(dist, argoVersion, log);
      const git = createGit();
      const clones = createClones({ folder: userCache('repositories'), log });
      const charts = createChartSource({ folder: userCache('charts'), best: (...of) => bestVersion(library, ...of) });
      const workbench = createWorkbench({
        files: createFileSystem(),
        git,
        library,
        tools: new Tools({ wasm: path.join(dist, 'golib', 'heavy.wasm.br'), log }),
        clones,
        remote: createRemoteContent({ charts, clones, git }),
        plugins: createPluginRunner,
        clock: systemClock,
        log,
        kubeconfigs: readKubeconfigs,
        home: homedir(),
        schemas,
      });
      workbench.setSettings(settings);
      const types = kubernetesTypesIn(path.join(dist, 'kubernetesTypes.json'), log);
      const state = sandboxState(options.storage || path.dirname(sandboxKubeconfig()));
      const delivery = createDelivery({
        // The sandbox of this window, else one that the command line runs.
        contexts: createContexts({
          clock: systemClock,
          log,
          additional: () => [state.kubeconfig, sandboxKubeconfig()],
          proxy: () => workbench.settings.proxy,
        }),
        workbench,
        library,
        git,
        clock: systemClock,
        log,
        destinations: () => destinationsOf(workbench.settings),
        fetches: () => workbench.settings.fetchRepositories,
        types,
        ...whoWeAre(),
      });
      const sandbox = createSandboxHost({
        name: sandboxContext,
        state,
        start: async former => {
          const { startSandbox } = await import('../sandbox/sandbox.ts');
          const snapshot = isSnapshot(former) ? { snapshot: former } : {};
          const { argoprojDefinitions } = await import('../sandbox/argoproj.ts');
          const definitions = argoprojDefinitions({ argocd: false });
          return startSandbox({ name: sandboxContext, types: types(), definitions, ...snapshot });
        },
      });
      return { workbench, library, delivery, sandbox };
    },
    createSchemaAssist: async (options, argoVersion) => {
      // A third of the server's code, needed by nobody before the first hover.
      const { createYamlAssist } = await import('../adapters/yaml/assist.ts');
      // The library trips over some half-typed text. It then has nothing to offer there, which is no fault of the session.
      const failed = (message: string, cause: unknown) =>
        log.info(
          `${message}: ${cause instanceof Error ? cause.message : String(cause)}. Nothing is offered at this place.`,
        );
      let made: { readonly version: string; readonly assist: SchemaAssist } | undefined;
      const assist = (): SchemaAssist => {
        const version = argoVersion();
        if (made?.version !== version)
          made = { version, assist: createYamlAssist(catalogIn(distOf(options), version, log), failed) };
        return made.assist;
      };
      return {
        hover: (file, offset) => assist().hover(file, offset),
        complete: (file, offset) => assist().complete(file, offset),
      };
    },
  };
}

/** The sandbox alone stands for every cluster: whoever tries things out has none of those that the manifests name. */
function destinationsOf({ contexts, destinations }: Settings): Settings['destinations'] {
  const alone = contexts.length === 1 && contexts[0] === sandboxContext;
  return alone ? { '*': sandboxContext, ...destinations } : destinations;
}

/** What an older version kept is not read: the sandbox begins empty then. */
function isSnapshot(former: unknown): former is Snapshot {
  return typeof former === 'object' && former !== null && 'objects' in former && 'version' in former;
}

/** Without schemas everything else still works, and nothing is said about fields. */
function catalogIn(dist: string, argoVersion: string, log: Log): Catalog {
  try {
    return catalogFrom(JSON.parse(readFileSync(path.join(dist, 'schemas.json'), 'utf8')), { argoVersion });
  } catch (cause) {
    log.error('The schemas could not be read; fields are not checked.', cause);
    return catalogFrom({});
  }
}
