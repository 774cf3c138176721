// What Go knows of the kinds that Kubernetes has built in, for comparing objects as Argo CD does: dist/kubernetesTypes.json. A small Go program
// reads it off the types themselves; it runs when it or the modules that it names change, else the result comes from the user's cache folder.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'kubernetes');

/**
 * @param {{ out: string, log?: (message: string) => void }} options
 * @returns {Promise<string>} the JSON text that was written to `out`
 */
export async function generateKubernetesTypes({ out, log = () => undefined }) {
  const sources = await Promise.all(['go.mod', 'go.sum', 'main.go'].map(it => readFile(path.join(program, it))));
  const key = createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 20);
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'gitops-workbench', 'types');
  const cached = path.join(folder, `kubernetes-${key}.json`);
  const text = (await textOf(cached)) ?? (await made(cached, log));
  await mkdir(path.dirname(out), { recursive: true });
  await replace(out, text);
  return text;
}

async function made(cached, log) {
  log('Reading the types of Kubernetes; the first time takes a minute …');
  await go('mod', 'download', 'k8s.io/client-go'); // `go list` names no folder for what is not there yet
  const clientGo = await go('list', '-mod=readonly', '-m', '-f', '{{.Dir}}', 'k8s.io/client-go');
  const text = await go('run', '-mod=readonly', '.', clientGo.trim());
  await mkdir(path.dirname(cached), { recursive: true });
  await replace(cached, text);
  return text;
}

async function go(...args) {
  try {
    const env = { ...process.env, GOFLAGS: '', GOWORK: 'off' };
    return (await promisify(execFile)('go', args, { cwd: program, env, maxBuffer: 64 << 20 })).stdout;
  } catch (cause) {
    const advice = cause.code === 'ENOENT' ? 'Install Go (https://go.dev/dl) and put it on PATH.' : cause.stderr;
    throw new Error(`The types of Kubernetes could not be read. ${advice || cause.message}`, { cause });
  }
}

async function textOf(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

async function replace(file, text) {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}
