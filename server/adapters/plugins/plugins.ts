import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { Failure, type PluginJob, type PluginRunner } from '../../engine/ports.ts';

/** Argo CD's own limit for a command (ARGOCD_EXEC_TIMEOUT). */
const longestMs = 90_000;
const mostOutput = 100_000_000;
/** What a program needs to find itself and others; the rest of the user's environment is nobody's business. */
const inherited = ['PATH', 'HOME', 'USERPROFILE', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot', 'APPDATA', 'LOCALAPPDATA'];

/**
 * Runs the commands that the user named for config management plugins, without a shell, in a copy of the repository that is thrown away, with
 * the environment that Argo CD gives a plugin, and not for ever.
 */
export function createPluginRunner(
  commands: () => Readonly<Record<string, readonly string[]>>,
  limits: { readonly timeoutMs?: number } = {},
): PluginRunner {
  return {
    names: () => Object.keys(commands()),
    run: async (job, signal) => {
      const [program, ...args] = commands()[job.name] ?? [];
      if (program === undefined) throw new Failure('pluginFailed', job.name, `No command is known for "${job.name}".`);
      const copy = await mkdtemp(join(tmpdir(), 'gitops-plugin-'));
      try {
        await write(copy, job);
        return await run(program, args, join(copy, job.path), job, limits.timeoutMs ?? longestMs, signal);
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    },
  };
}

async function write(copy: string, { files, path }: PluginJob): Promise<void> {
  await mkdir(join(copy, path), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = join(copy, name);
    if (!file.startsWith(copy + sep)) throw new Failure('pluginFailed', name, `${name} leaves its repository.`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
  }
}

function run(
  program: string,
  args: readonly string[],
  folder: string,
  { name, environment }: PluginJob,
  timeout: number,
  signal: AbortSignal | undefined,
): ReturnType<PluginRunner['run']> {
  const env: NodeJS.ProcessEnv = { ...environment };
  for (const key of inherited) if (process.env[key] !== undefined) env[key] = process.env[key];
  const words = [program, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
      ...(signal && { signal }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > mostOutput) child.kill('SIGKILL');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', cause =>
      reject(
        signal?.aborted
          ? signal.reason
          : new Failure('pluginFailed', name, `\`${words}\` could not be started: ${cause.message}.`, cause),
      ),
    );
    child.on('close', (code, killed) => {
      if (code === 0) return resolve({ manifest: Buffer.concat(out).toString('utf8') });
      const said = Buffer.concat(err).toString('utf8').replaceAll(folder, '<root>').trim();
      const ended =
        killed === null
          ? `failed exit status ${code}`
          : length > mostOutput
            ? 'printed too much'
            : `ran longer than ${timeout / 1000} s`;
      resolve({ error: `\`${words}\` ${ended}${said === '' ? '' : `: ${said}`}` });
    });
  });
}
