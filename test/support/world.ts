import type { LibraryCall, LibraryResult } from '../../server/core/facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../../server/core/text/json.ts';
import { createWorkbench, type Ports, type WorkbenchOptions } from '../../server/engine/create.ts';
import type { Clock, FileSystem, Git, Library } from '../../server/engine/ports.ts';
import { defaultSettings, type Settings } from '../../server/engine/settings.ts';
import type { Workbench, WorkbenchEvent } from '../../server/engine/workbench.ts';

/** A clock that stands until it is turned by hand. */
export class HandClock implements Clock {
  #now = 0;
  #waiting: { readonly at: number; readonly run: () => void }[] = [];
  now = () => this.#now;
  after = (milliseconds: number, run: () => void) => {
    const entry = { at: this.#now + milliseconds, run };
    this.#waiting.push(entry);
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter(it => it !== entry);
      },
    };
  };
  turn(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#waiting.filter(it => it.at <= this.#now);
    this.#waiting = this.#waiting.filter(it => it.at > this.#now);
    for (const { run } of due) run();
  }
}

/** A repository in memory: its root is a folder of the world's files. */
export interface FakeRepository {
  readonly root: string;
  readonly url: string;
  readonly branch?: string;
  /** Commits by every name that resolves to them: branches, tags, SHAs. */
  readonly commits?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface WorldOptions extends WorkbenchOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly repositories?: readonly FakeRepository[];
  readonly folders?: readonly string[];
  readonly settings?: Partial<Settings>;
  readonly kubeconfigs?: readonly string[];
}

/** A workbench on a world in memory. `files` may be changed; tell the workbench of it. */
export function worldOf(options: WorldOptions) {
  const files = new Map(Object.entries(options.files ?? {}));
  const repositories = options.repositories ?? [];
  const clock = new HandClock();
  const errors: unknown[] = [];
  const asked: LibraryCall[][] = [];
  const warmed: (readonly string[])[] = [];
  const ports: Ports = {
    files: fileSystem(files),
    git: git(files, repositories),
    library: library(asked),
    tools: { ...library(asked), warmUp: engines => void warmed.push(engines ?? []) },
    clock,
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (message, cause) => void errors.push([message, cause]),
    },
    kubeconfigs: async () => options.kubeconfigs ?? [],
    home: '/',
  };
  const workbench = createWorkbench(ports, options);
  const events: WorkbenchEvent[] = [];
  workbench.subscribe(event => events.push(event));
  if (options.settings) workbench.setSettings({ ...defaultSettings, ...options.settings });
  if (options.folders) workbench.setFolders(options.folders);
  return { workbench, files, clock, events, errors, asked, warmed, settle: () => settle(workbench, clock) };
}

/** Turns the clock until nothing is being worked on. */
async function settle(workbench: Workbench, clock: HandClock): Promise<void> {
  let idle = false;
  const done = workbench.idle().then(() => {
    idle = true;
  });
  for (let turns = 0; !idle && turns < 1000; turns++) {
    clock.turn(50);
    await new Promise(resolve => setImmediate(resolve));
  }
  await done;
}

function fileSystem(files: Map<string, string>): FileSystem {
  const below = (root: string) => [...files.keys()].filter(it => it.startsWith(`${root}/`)).sort();
  const isYaml = (file: string) => /\.ya?ml$/.test(file);
  return {
    async *listManifests(root) {
      yield* below(root).filter(isYaml);
    },
    isManifest: async (root, file) => file.startsWith(`${root}/`) && isYaml(file),
    listFiles: async root => below(root).map(it => it.slice(root.length + 1)),
    read: async path => files.get(path),
    kindOf: async path => (files.has(path) ? 'file' : below(path).length > 0 ? 'directory' : undefined),
    realPath: async path => (files.has(path) || below(path).length > 0 ? path : undefined),
  };
}

function git(files: Map<string, string>, repositories: readonly FakeRepository[]): Git {
  const at = (root: string) => repositories.find(it => it.root === root);
  return {
    repositoryOf: async folder => {
      const found = repositories.find(it => folder === it.root || folder.startsWith(`${it.root}/`));
      return found && { root: found.root, remotes: [{ name: 'origin', url: found.url }] };
    },
    workTreeFiles: async root =>
      [...files.keys()]
        .filter(it => it.startsWith(`${root}/`))
        .map(it => it.slice(root.length + 1))
        .sort(),
    resolve: async (root, revision) => {
      const commits = at(root)?.commits ?? {};
      const name = revision.replace(/^refs\/(heads|tags)\//, '');
      return commits[name] ? name : undefined;
    },
    tags: async root => Object.keys(at(root)?.commits ?? {}),
    checkedOut: async root => [at(root)?.branch ?? 'main'],
    filesAt: async (root, commit) => Object.keys(at(root)?.commits?.[commit] ?? {}).sort(),
    readAt: async (root, commit, path) => at(root)?.commits?.[commit]?.[path],
    dispose: async () => undefined,
  };
}

/** Knows `{{ .a.b }}` and `{{a.b}}` and nothing else: what engine tests need of templates. */
function library(asked: LibraryCall[][]): Library {
  return {
    call: async calls => {
      asked.push([...calls]);
      return calls.map(answer);
    },
    warmUp: () => undefined,
    dispose: async () => undefined,
  };
}

function answer({ op, args }: LibraryCall): LibraryResult {
  const given = isObject(args) ? args : {};
  if (op === 'templates') {
    const { templates, params, pairs } = given as unknown as {
      templates: string[];
      params: JsonObject[];
      pairs: [number, number][];
    };
    return { ok: true, value: pairs.map(([template, set]) => rendered(templates[template] ?? '', params[set] ?? {})) };
  }
  if (op === 'yamlToJson') {
    return { ok: true, value: (given.texts as string[]).map(text => ({ value: JSON.parse(text) as Json })) };
  }
  if (op === 'semver') {
    const best = (given.versions as string[])
      .filter(it => /^v\d/.test(it))
      .sort()
      .at(-1);
    return { ok: true, value: { isVersion: false, satisfied: [], valid: [], ...(best ? { best } : {}) } };
  }
  return { ok: false, error: `the library in memory does not know ${op}` };
}

function rendered(template: string, params: JsonObject): string {
  return template.replace(/\{\{\s*\.?([\w.]+)\s*\}\}/g, (tag, path: string) => {
    const flat = params[path];
    if (flat !== undefined) return String(flat);
    const value = path.split('.').reduce<Json | undefined>((it, key) => (isObject(it) ? it[key] : undefined), params);
    return value === undefined ? tag : String(value);
  });
}
