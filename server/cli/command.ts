import type { Command } from 'commander';
import type { KubernetesTypes } from '../core/diff/types.ts';
import type { JsonObject } from '../core/text/json.ts';
import type { Contexts } from '../engine/cluster.ts';
import type { Desk } from '../engine/delivery/create.ts';
import type { Library } from '../engine/ports.ts';
import type { Settings } from '../engine/settings.ts';
import type { Workbench } from '../engine/workbench.ts';

/** A command: one file, one record, one line in `commands/index.ts`. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Declares arguments and options, and calls `act` with what it needs. */
  define(command: Command, act: (run: (world: World) => Promise<ExitStatus>) => Promise<void>): void;
}

/** 0 fine, 1 findings at or above `--fail-on`, 2 the command could not do its work. */
export type ExitStatus = 0 | 1 | 2;

/** Everything a command may touch; tests and `main.ts` make it. */
export interface World {
  readonly directory: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** One line on the terminal that replaces itself; says nothing where standard error is no terminal. */
  readonly progress: (line: string | undefined) => void;
  readonly readInput: () => Promise<string>;
  /** A workbench with these settings; `main.ts` disposes it. `background`: names of other files' sets count. `warm`: templates will be rendered. */
  readonly workbench: (
    settings: Settings,
    options: { readonly background: boolean; readonly warm?: boolean },
  ) => Workbench;
  /** The contexts of the user's kubeconfig, of a file in its place, or of the running sandbox. None is contacted by this. */
  readonly contexts: (options: { readonly kubeconfig?: string; readonly sandbox?: boolean }) => Promise<Contexts>;
  /** The cluster half of the engine; `main.ts` disposes it. */
  readonly delivery: (
    workbench: Workbench,
    options: { readonly contexts: Contexts; readonly destinations: () => Readonly<Record<string, string>> },
  ) => Desk;
  /** Asks a person; `false` where nobody can be asked. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Starts clusters in memory, for as long as the process runs. */
  readonly sandbox: (options: SandboxRequest) => Promise<RunningSandboxes>;
  /** The libraries that Argo CD links; `main.ts` disposes it. */
  readonly library: () => Library;
  /** What is known of the kinds that Kubernetes has built in. */
  readonly types: () => KubernetesTypes;
  /** `undefined` where there is no such text file. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  readonly kindOf: (path: string) => Promise<'file' | 'directory' | undefined>;
  /** Root of the work tree that holds a folder. */
  readonly repositoryOf: (folder: string) => Promise<string | undefined>;
  readonly listManifests: (root: string) => AsyncIterable<string>;
}

/** The command cannot do its work; the message is for people and the status is 2. */
export class CannotDo extends Error {}

export interface SandboxRequest {
  readonly names: readonly string[];
  readonly argocd: boolean;
  readonly seeds: readonly JsonObject[];
  readonly port?: number;
  /** A file besides the usual one. */
  readonly kubeconfig?: string;
}

export interface RunningSandboxes {
  readonly started: readonly { readonly name: string; readonly url: string }[];
  readonly kubeconfig: string;
  /** Resolves when the user ends it. */
  readonly ended: Promise<void>;
}
