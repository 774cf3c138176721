import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What users start. */
export const cliProgram = `${root}dist/cli.mjs`;

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Builds the command line that users get, unless it is newer than its sources; its slow parts come from the cache. */
export async function buildCli(): Promise<void> {
  if (isFresh()) return;
  const built = promisify(execFile)(process.execPath, ['esbuild.mjs', '--only=cli,schemas,types,golib'], { cwd: root });
  await built.catch(cause => {
    throw new Error(`The command line could not be built:\n${cause.stdout}`);
  });
}

function isFresh(): boolean {
  const assets = ['dist/cli.mjs', 'dist/schemas.json', 'dist/kubernetesTypes.json', 'dist/golib/heavy.wasm.br'].map(
    it => root + it,
  );
  if (!assets.every(it => existsSync(it))) return false;
  const built = statSync(`${root}dist/cli.mjs`).mtimeMs;
  const sources = readdirSync(`${root}server`, { recursive: true, withFileTypes: true });
  return sources.every(it => !it.isFile() || statSync(join(it.parentPath, it.name)).mtimeMs < built);
}

export function cli(
  cwd: string,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliProgram, ...args], { cwd, env });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', status => resolve({ status, out, err }));
    // A command that fails early closes its input before we have written it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
