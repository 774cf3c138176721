import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Failure } from '../../engine/ports.ts';

/**
 * Reading a repository must execute nothing that the repository itself names: no file system monitor, no hook, no helper that fetches missing
 * objects. The rest of the user's configuration stays, so that the same ignore files count as on their command line.
 */
const inert = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.sshCommand=false',
  '-c',
  'protocol.allow=never',
  '-c',
  'core.quotePath=false',
];

export function spawnGit(root: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  return spawn('git', ['-C', root, ...inert, ...args], {
    env: { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' },
    windowsHide: true,
  });
}

export type GitAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: number | null; readonly error: string };

/** One command's output as text. A non-zero exit is an answer; throws only where git cannot be run. */
export function runGit(root: string, args: readonly string[]): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawnGit(root, args);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.end();
    child.on('error', cause => reject(startFailure(root, cause)));
    child.on('close', code =>
      resolve(
        code === 0
          ? { ok: true, text: Buffer.concat(out).toString('utf8') }
          : { ok: false, code, error: Buffer.concat(err).toString('utf8').trim() },
      ),
    );
  });
}

export function startFailure(root: string, cause: unknown): Failure {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT'
    ? new Failure(
        'gitMissing',
        root,
        'git could not be started. Install git, or add it to PATH, to read repositories.',
        cause,
      )
    : new Failure('gitFailed', root, `git could not be started in ${root}.`, cause);
}

export function endFailure(root: string): Failure {
  return new Failure('gitFailed', root, `git ended while it was reading ${root}.`);
}
