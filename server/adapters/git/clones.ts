import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryKey } from '../../core/model/gitUrl.ts';
import { type Clones, Failure, type Log } from '../../engine/ports.ts';
import { type GitAnswer, startFailure } from './run.ts';

export interface CloneOptions {
  /** Folder of the user's cache for bare clones; one for each repository, whatever way its URL is written. */
  readonly folder: string;
  readonly log: Log;
}

const longestMs = 10 * 60_000;

/**
 * Clones of repositories that no opened folder has, made with the user's git and its credentials, when asked for and never else. They are
 * bare: nothing of them is checked out, no hook and no filter ever runs.
 */
export function createClones({ folder, log }: CloneOptions): Clones {
  const underway = new Map<string, Promise<string>>();
  const rootOf = (url: string): string =>
    join(folder, `${createHash('sha256').update(repositoryKey(url)).digest('hex').slice(0, 32)}.git`);
  return {
    rootOf: async url => (existsSync(rootOf(url)) ? rootOf(url) : undefined),
    fetch: (url, signal) => {
      const root = rootOf(url);
      const known = underway.get(root);
      if (known) return known;
      const made = fetchInto(root, url, log, signal).finally(() => underway.delete(root));
      underway.set(root, made);
      return made;
    },
  };
}

async function fetchInto(root: string, url: string, log: Log, signal: AbortSignal | undefined): Promise<string> {
  refuseOdd(url);
  if (existsSync(root)) {
    log.info(`Fetching ${withoutPassword(url)}.`);
    await update(root, url, signal);
    return root;
  }
  log.info(`Cloning ${withoutPassword(url)}.`);
  await mkdir(dirname(root), { recursive: true });
  const temporary = await mkdtemp(`${root}-`);
  try {
    await succeed(temporary, url, ['init', '--quiet', '--bare', '--template='], signal);
    await update(temporary, url, signal);
    // Another process may have been faster; its clone is as good.
    await rename(temporary, root).catch(cause => {
      if (!existsSync(root)) throw cause;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return root;
}

async function update(root: string, url: string, signal: AbortSignal | undefined): Promise<void> {
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  await succeed(root, url, ['fetch', '--quiet', '--prune', '--no-write-fetch-head', '--', url, ...refs], signal);
  const head = await succeed(root, url, ['ls-remote', '--symref', '--', url, 'HEAD'], signal);
  const branch = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(head)?.[1];
  if (branch !== undefined) await succeed(root, url, ['symbolic-ref', 'HEAD', branch], signal);
}

/** What git would take for an option or a command to run. */
function refuseOdd(url: string): void {
  const plain = /^(https?|ssh|git|file):\/\//.test(url) || /^[\w.-]+@[\w.-]+:/.test(url) || url.startsWith('/');
  if (!plain) throw new Failure('refusedArgument', url, `"${withoutPassword(url)}" is not an address that is cloned.`);
}

async function succeed(
  root: string,
  url: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const answer = await run(root, args, signal);
  if (signal?.aborted) throw signal.reason;
  if (answer.ok) return answer.text;
  const why = withoutPassword(answer.error.split('\n').find(it => /fatal|error|denied/i.test(it)) ?? answer.error);
  throw new Failure(
    'gitFailed',
    withoutPassword(url),
    `${withoutPassword(url)} could not be fetched: ${why.trim()}. Log in with git on the command line, then refresh.`,
  );
}

/** With the user's credential helpers and ssh, but nothing that asks on a terminal, and no transport that runs a command. */
function run(root: string, args: readonly string[], signal: AbortSignal | undefined): Promise<GitAnswer> {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  const inert = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'protocol.ext.allow=never'];
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn('git', ['-C', root, ...inert, ...args], {
      env: {
        ...env,
        GIT_TERMINAL_PROMPT: '0',
        // An unknown host or a locked key would wait for an answer that nobody can give.
        GIT_SSH_COMMAND: env.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes',
        LC_ALL: 'C',
      },
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longestMs,
      ...(signal && { signal }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', cause => reject(signal?.aborted ? signal.reason : startFailure(root, cause)));
    child.on('close', code =>
      resolve(
        code === 0
          ? { ok: true, text: Buffer.concat(out).toString('utf8') }
          : { ok: false, code, error: Buffer.concat(err).toString('utf8').trim() },
      ),
    );
  });
}

function withoutPassword(text: string): string {
  return text.replace(/(\w+:\/\/)[^/@\s]*@/g, '$1');
}
