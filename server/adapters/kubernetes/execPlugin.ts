import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { type Clock, ClusterFailure } from '../../engine/ports.ts';
import { type Entry, isRecord, text } from './kubeconfigs.ts';

/** What a plugin gave: a token, a client certificate, or both. */
export interface PluginCredentials {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970; `undefined`: until the server refuses it. */
  readonly expiresAt: number | undefined;
}

const usualLimitMs = 30_000;
/** A token that ends within this time would end on its way. */
const slackMs = 10_000;
/** After a failure: a plugin may open a browser each time, which nobody wants every two seconds. */
const firstRestMs = 15_000;
const longestRestMs = 300_000;

/**
 * Runs the credential plugin of a kubeconfig user (client-go:plugin/pkg/client/auth/exec/exec.go) once for all who wait for it, and keeps
 * what it gave until it ends or is refused.
 */
export class ExecPlugin {
  readonly #user: Entry;
  readonly #cluster: Entry;
  readonly #clock: Clock;
  readonly #limitMs: number;
  #running: Promise<PluginCredentials> | undefined;
  #kept: PluginCredentials | undefined;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #failed: { readonly cause: unknown; readonly until: number; readonly restMs: number } | undefined;

  constructor(user: Entry, cluster: Entry, clock: Clock, limitMs = usualLimitMs) {
    this.#limitMs = limitMs;
    this.#user = user;
    this.#cluster = cluster;
    this.#clock = clock;
  }

  credentials(): Promise<PluginCredentials> {
    const now = this.#clock.now();
    if (this.#kept && (this.#kept.expiresAt ?? Number.POSITIVE_INFINITY) - slackMs > now)
      return Promise.resolve(this.#kept);
    if (this.#failed && this.#failed.until > now) return Promise.reject(this.#failed.cause);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The server refused these. What comes next and is refused as well will not get better by asking once more. */
  forget(refused: PluginCredentials): void {
    if (this.#kept !== refused) return;
    this.#kept = undefined;
    const now = this.#clock.now();
    if (now - this.#refusedAt < longestRestMs) {
      const message = `the server refuses what the credential plugin of user "${this.#user.name}" gives; log in again`;
      this.#rest(new ClusterFailure('unauthorized', `user ${this.#user.name}`, message));
    }
    this.#refusedAt = now;
  }

  async #run(): Promise<PluginCredentials> {
    try {
      this.#kept = await runPlugin(this.#user, this.#cluster, this.#limitMs);
      this.#failed = undefined;
      return this.#kept;
    } catch (cause) {
      this.#rest(cause);
      throw cause;
    }
  }

  #rest(cause: unknown): void {
    const restMs = Math.min(longestRestMs, (this.#failed?.restMs ?? firstRestMs / 2) * 2);
    this.#failed = { cause, until: this.#clock.now() + restMs, restMs };
  }
}

async function runPlugin(user: Entry, cluster: Entry, limitMs: number): Promise<PluginCredentials> {
  const exec = isRecord(user.value.exec) ? user.value.exec : {};
  const command = text(exec.command);
  const fail = (reason: 'kubeconfig' | 'unauthorized', message: string, cause?: unknown): ClusterFailure =>
    new ClusterFailure(reason, `user ${user.name}`, message, { cause });
  if (command === '') throw fail('kubeconfig', `user "${user.name}" has a credential plugin without a command`);
  if (exec.interactiveMode === 'Always')
    throw fail('kubeconfig', `the credential plugin ${command} wants a terminal; log in with kubectl first`);
  const args = Array.isArray(exec.args) ? exec.args.map(String) : [];
  const { failure, stdout, stderr } = await run(commandPath(command, user.folder), args, {
    env: environmentFor(exec, cluster),
    timeout: limitMs,
  });
  if (failure) {
    const { code, killed } = failure;
    if (code === 'ENOENT') {
      const hint = text(exec.installHint).trim();
      const message = `the credential plugin ${command} is not installed, or not on the PATH${hint === '' ? '' : `. ${hint}`}`;
      throw fail('kubeconfig', message);
    }
    if (code === 'EACCES') throw fail('kubeconfig', `the credential plugin ${command} may not be run`);
    if (killed)
      throw fail('kubeconfig', `the credential plugin ${command} did not answer within ${limitMs / 1000} seconds`);
    const said = lastWords(stderr);
    throw fail('unauthorized', `the credential plugin ${command} failed${said === '' ? '' : `: ${said}`}`);
  }
  // Whatever is wrong with the answer is told without quoting it: it holds a token.
  const answer = recordIn(stdout);
  if (!answer) throw fail('kubeconfig', `the credential plugin ${command} did not answer with an ExecCredential`);
  if (answer.apiVersion !== exec.apiVersion) {
    const message = `the credential plugin ${command} answered in ${text(answer.apiVersion) || 'no version'}; the kubeconfig asks for ${text(exec.apiVersion)}`;
    throw fail('kubeconfig', message);
  }
  const status = isRecord(answer.status) ? answer.status : {};
  const given = {
    token: text(status.token) || undefined,
    certificate: text(status.clientCertificateData) || undefined,
    key: text(status.clientKeyData) || undefined,
  };
  if (given.token === undefined && (given.certificate === undefined || given.key === undefined))
    throw fail('unauthorized', `the credential plugin ${command} gave neither a token nor a client certificate`);
  const expiresAt = Date.parse(text(status.expirationTimestamp));
  return { ...given, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt };
}

interface Ended {
  readonly failure: { readonly code?: string | number | null; readonly killed?: boolean } | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  command: string,
  args: readonly string[],
  own: { readonly env: NodeJS.ProcessEnv; readonly timeout: number },
): Promise<Ended> {
  return new Promise(resolve => {
    const options = { ...own, killSignal: 'SIGKILL', maxBuffer: 4_000_000, windowsHide: true } as const;
    const child = execFile(command, args, options, (failure, stdout, stderr) =>
      resolve({ failure: failure ?? undefined, stdout, stderr }),
    );
    // Nobody types: a plugin that asks a question reads the end of the input instead of waiting.
    child.stdin?.end();
  });
}

/** With a slash: a path, relative ones from the kubeconfig's folder; else a name to be found on the PATH. */
function commandPath(command: string, folder: string): string {
  if (isAbsolute(command) || !/[\\/]/.test(command)) return command;
  return join(folder, command);
}

function environmentFor(exec: Readonly<Record<string, unknown>>, cluster: Entry): NodeJS.ProcessEnv {
  const own = (Array.isArray(exec.env) ? exec.env : [])
    .filter(isRecord)
    .map(it => [text(it.name), text(it.value)] as const);
  const info = {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo === true && { cluster: clusterInfo(cluster) }),
    },
  };
  return {
    ...process.env,
    PATH: widerPath(process.env.PATH ?? ''),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
    ...Object.fromEntries(own),
  };
}

/** An editor that was started by clicking often lacks the folders in which people install plugins. */
function widerPath(path: string): string {
  const home = homedir();
  const more =
    process.platform === 'win32'
      ? []
      : ['/usr/local/bin', '/opt/homebrew/bin', `${home}/.local/bin`, `${home}/bin`, `${home}/.krew/bin`];
  const known = path.split(delimiter);
  return [...known, ...more.filter(it => !known.includes(it))].join(delimiter);
}

function clusterInfo({ value }: Entry): Readonly<Record<string, unknown>> {
  const extension = (Array.isArray(value.extensions) ? value.extensions : [])
    .filter(isRecord)
    .find(it => it.name === 'client.authentication.k8s.io/exec');
  const kept = [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority-data',
    'proxy-url',
    'disable-compression',
  ];
  return {
    ...Object.fromEntries(kept.filter(key => value[key] !== undefined).map(key => [key, value[key]])),
    ...(extension && { config: extension.extension }),
  };
}

/** Enough of what a plugin complained about to act on it: its last lines, which carry the reason. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map(it => it.trim())
    .filter(it => it !== '');
  const said = lines.slice(-3).join('; ');
  return said.length > 500 ? `${said.slice(0, 500)}…` : said;
}

function recordIn(stdout: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
