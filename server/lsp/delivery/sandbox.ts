import type { SandboxHost } from './front.ts';

/** The embedded cluster as `server/sandbox` makes it. */
export interface RunningSandbox {
  readonly kubeconfig: string;
  save(): SandboxObjects;
  reset(): void;
  stop(): Promise<void>;
}

export interface SandboxObjects {
  /** Grows with every change. */
  readonly version: number;
}

export interface SandboxHostParts {
  /** Loaded when it is first wanted: most people have clusters of their own. */
  readonly start: (former: unknown) => Promise<RunningSandbox>;
  readonly state: {
    load(): Promise<unknown>;
    save(objects: unknown): Promise<void>;
    announce(kubeconfig: string): Promise<void>;
    withdraw(): Promise<void>;
  };
  readonly name: string;
}

const saveEveryMs = 20_000;

export function createSandboxHost({ start, state, name }: SandboxHostParts): SandboxHost {
  let running: RunningSandbox | undefined;
  let starting: Promise<string> | undefined;
  let saving: NodeJS.Timeout | undefined;
  let saved = -1;

  const save = async (): Promise<void> => {
    const objects = running?.save();
    if (!objects || objects.version === saved) return;
    await state.save(objects);
    saved = objects.version;
  };
  const begin = async (persist: boolean): Promise<string> => {
    const made = await start(persist ? await state.load() : undefined);
    await state.announce(made.kubeconfig);
    running = made;
    if (persist) {
      // What the disk refuses is lost with the window; the sandbox itself goes on.
      saving = setInterval(() => void save().catch(() => undefined), saveEveryMs);
      saving.unref();
    }
    return name;
  };
  return {
    get running() {
      return running !== undefined;
    },
    start: ({ persist }) => {
      starting ??= begin(persist).catch(cause => {
        starting = undefined;
        throw cause;
      });
      return starting;
    },
    reset: async () => {
      running?.reset();
      await save();
    },
    dispose: async () => {
      clearInterval(saving);
      await starting?.catch(() => undefined);
      if (saving) await save().catch(() => undefined);
      await state.withdraw();
      await running?.stop();
      running = undefined;
    },
  };
}
