import { createFileSystem } from '../../server/adapters/files/files.ts';
import { createGit } from '../../server/adapters/git/git.ts';
import type { LibraryCall } from '../../server/core/facts/facts.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import { createWorkbench, type Ports } from '../../server/engine/create.ts';
import type { Library, RemoteContent } from '../../server/engine/ports.ts';
import { defaultSettings } from '../../server/engine/settings.ts';
import { HandClock } from './world.ts';

export interface BenchOptions {
  readonly library: Library;
  readonly tools?: Library;
  readonly remote?: RemoteContent;
  readonly plugins?: Ports['plugins'];
  /** Directories by URL. */
  readonly repositories: Readonly<Record<string, string>>;
}

/** A workbench on real folders and git, which tells what its libraries were asked. */
export function benchOn({ library, tools, remote, plugins, repositories }: BenchOptions) {
  const asked: LibraryCall[] = [];
  const listening = (it: Library): Library => ({
    call: (calls, options) => {
      asked.push(...calls);
      return it.call(calls, options);
    },
    warmUp: () => undefined,
    // Shared by the tests of a file, which end it themselves.
    dispose: async () => undefined,
  });
  const workbench = createWorkbench(
    {
      files: createFileSystem(),
      git: createGit(),
      library: listening(library),
      ...(tools ? { tools: listening(tools) } : {}),
      ...(remote ? { remote } : {}),
      ...(plugins ? { plugins } : {}),
      clock: new HandClock(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      home: '/',
    },
    { background: false },
  );
  workbench.setSettings({ ...defaultSettings, repositories });
  return { workbench, renderer: workbench.renderer, asked };
}

/** An Application of one source, which needs no more than its path. */
export function applicationOf(source: JsonObject, name = 'shop'): JsonObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/shop.git', targetRevision: 'HEAD', ...source },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'prod' },
    },
  };
}
