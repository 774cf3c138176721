import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The files of a sandbox cluster that runs inside the server; readable by their user alone, as there may be Secrets in them. */
export interface SandboxState {
  /** The kubeconfig of the running one. */
  readonly kubeconfig: string;
  load(): Promise<unknown>;
  save(state: unknown): Promise<void>;
  announce(kubeconfig: string): Promise<void>;
  withdraw(): Promise<void>;
}

/** `folder`: where this window keeps things. Each process announces its own cluster, so that two windows do not meet in one. */
export function sandboxState(folder: string): SandboxState {
  const kubeconfig = join(folder, `sandbox-${process.pid}.kubeconfig`);
  const objects = join(folder, 'sandbox.json');
  return {
    kubeconfig,
    load: async () => {
      try {
        return JSON.parse(await readFile(objects, 'utf8'));
      } catch {
        // None yet, or cut off while it was written: the sandbox begins empty.
        return undefined;
      }
    },
    save: state => write(objects, JSON.stringify(state)),
    announce: text => write(kubeconfig, text),
    withdraw: () => rm(kubeconfig, { force: true }),
  };
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}
