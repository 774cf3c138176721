// Builds the WebAssembly modules of server/golib and the worker that runs them. Used by esbuild.mjs, by tests, and as a program.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');

/** The oldest Go that server/golib/go.mod accepts. */
const oldestGo = [1, 26, 3];

/** Pages of 64 KiB: 512 MB. Past it Go ends with "out of memory" and the worker is replaced. */
const memoryMaximum = 8192;

/**
 * Builds, or takes from the user's cache folder, and copies to `dist/golib/`.
 * @param {{ log?: (message: string) => void }} [options]
 * @returns {Promise<string>} the path of `dist/golib/light.wasm.br`; the worker lies beside it as `worker.mjs`
 */
export async function buildGolib({ log = () => undefined } = {}) {
  const target = path.join(root, 'dist', 'golib');
  await mkdir(target, { recursive: true });
  await bundleWorker(target);
  for (const name of modules) {
    const cached = await cachedModule(name, log);
    await replace(path.join(target, `${name}.wasm.br`), temporary => copyFile(cached, temporary));
  }
  return path.join(target, 'light.wasm.br');
}

/** `light` is what typing needs, in every session; `heavy` is Helm, Kustomize and Jsonnet, loaded by the first rendering. */
const modules = ['light', 'heavy'];

/** The worker is bundled on every call: it takes milliseconds, and Node 20 cannot load TypeScript. */
async function bundleWorker(target) {
  const { build } = await import('esbuild');
  const worker = path.join(target, 'worker.mjs');
  await replace(worker, temporary =>
    build({
      entryPoints: [path.join(root, 'server', 'adapters', 'golib', 'worker.ts')],
      outfile: temporary,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
    }),
  );
}

/** Path of the compressed module in the cache, built when no build of the same sources with the same Go is there. */
async function cachedModule(name, log) {
  const go = await goVersion();
  const key = await hashOfSources(name, go);
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'gitops-workbench', 'golib');
  const cached = path.join(folder, `${name}-${key}.wasm.br`);
  if (await exists(cached)) return cached;
  await mkdir(folder, { recursive: true });
  await alone(`${cached}.lock`, async () => {
    if (await exists(cached)) return;
    log(`Building the WebAssembly module (${name}) with Go ${go}; the first build takes a minute or two …`);
    await buildInto(cached, name, log);
    await forgetOld(folder, name);
  });
  return cached;
}

async function buildInto(cached, name, log) {
  const raw = `${cached}.${process.pid}.raw`;
  try {
    await (name === 'heavy' ? compileHeavy(raw) : compile(['go', 'build'], here, `./${name}`, '-s -w', raw));
    const capped = withMemoryMaximum(await readFile(raw), memoryMaximum);
    log('Compressing it …');
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: capped.length };
    const compressed = await promisify(brotliCompress)(capped, { params });
    await replace(cached, temporary => writeFile(temporary, compressed));
    log(`WebAssembly module ready: ${(compressed.length / 1e6).toFixed(1)} MB.`);
  } finally {
    await rm(raw, { force: true });
  }
}

/** Test files run side by side and ask for the same module; one builds, the others wait. A lock of a killed build is broken. */
async function alone(lock, run) {
  const abandonedAfter = 15 * 60_000;
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch (cause) {
      if (cause.code !== 'EEXIST') throw cause;
      const since = await stat(lock).then(
        it => it.mtimeMs,
        () => Date.now(),
      );
      if (Date.now() - since > abandonedAfter) await rm(lock, { recursive: true, force: true });
      else await new Promise(resolve => setTimeout(resolve, 300));
    }
  }
  try {
    await run();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** A few are kept, so that going back and forth between branches does not build each time. */
async function forgetOld(folder, name) {
  const kept = 4;
  const files = (await readdir(folder)).filter(it => it.startsWith(`${name}-`) && it.endsWith('.wasm.br'));
  const dated = await Promise.all(
    files.map(async it => ({ file: path.join(folder, it), time: (await stat(path.join(folder, it))).mtimeMs })),
  );
  const old = dated.sort((a, b) => b.time - a.time || a.file.localeCompare(b.file)).slice(kept);
  await Promise.all(old.map(({ file }) => rm(file, { force: true })));
}

/** A reader never sees half a file: tests of several workers build at the same time. */
async function replace(file, write) {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await write(temporary);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The versions are what a release build writes into the programs; charts and kustomizations can see them. */
const heavyVersions = {
  'helm.sh/helm/v4/internal/version.version': 'v4.2.4',
  'sigs.k8s.io/kustomize/api/provenance.version': 'v5.8.1',
};

async function compileHeavy(output) {
  const { trimmedModules } = await import('./heavy/trim.mjs');
  const folder = await mkdtemp(path.join(tmpdir(), 'gitops-workbench-golib-'));
  try {
    const modfile = await trimmedModules(folder);
    const versions = Object.entries(heavyVersions).map(([name, value]) => `-X ${name}=${value}`);
    const flags = ['-s', '-w', ...versions].join(' ');
    // The copies need less than the modules did, so the list of requirements shrinks.
    await compile(['go', 'build', '-mod=mod', `-modfile=${modfile}`], path.join(here, 'heavy'), '.', flags, output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(build, folder, what, flags, output) {
  const go = [...build, '-trimpath', '-buildmode=c-shared', '-ldflags', flags, '-o', output, what];
  // The linker takes all it can get; a machine in use should stay usable.
  const [command, args] = process.platform === 'win32' ? [go[0], go.slice(1)] : ['nice', ['-n', '10', ...go]];
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GOFLAGS: '', GOWORK: 'off' };
  try {
    await promisify(execFile)(command, args, { cwd: folder, env, maxBuffer: 16 << 20 });
  } catch (cause) {
    throw new Error(`The WebAssembly module could not be built: ${cause.stderr || cause.message}`, { cause });
  }
}

async function goVersion() {
  const needed = oldestGo.join('.');
  const advice = `Install Go ${needed} or later (https://go.dev/dl) and put it on PATH; it builds server/golib.`;
  let answer;
  try {
    answer = (await promisify(execFile)('go', ['env', 'GOVERSION'], { cwd: here })).stdout.trim();
  } catch (cause) {
    throw new Error(
      cause.code === 'ENOENT'
        ? `Go was not found. ${advice}`
        : `Go did not start: ${cause.stderr || cause.message} ${advice}`,
      { cause },
    );
  }
  const found = /^go(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(answer)
    ?.slice(1)
    .map(part => Number(part ?? 0));
  if (found && compareVersions(found, oldestGo) < 0) throw new Error(`Go ${found.join('.')} is too old. ${advice}`);
  return answer.replace(/^go/, '');
}

function compareVersions(a, b) {
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}

/** Each module by its own sources and those that both share, so that a change of one does not build the other. */
async function hashOfSources(name, go) {
  const hash = createHash('sha256').update(`${go} ${memoryMaximum}`);
  const entries = await readdir(here, { recursive: true, withFileTypes: true });
  const isSource = entry =>
    /\.go$|^go\.(mod|sum)$|^trim\.mjs$|\.txt$/.test(entry.name) && !/_test\.go$/.test(entry.name);
  const others = modules.filter(it => it !== name).map(it => path.join(here, it) + path.sep);
  const files = entries
    .filter(entry => entry.isFile() && isSource(entry))
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter(file => !others.some(it => file.startsWith(it)))
    .sort();
  for (const file of files)
    hash
      .update(path.relative(here, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex').slice(0, 20);
}

async function exists(file) {
  try {
    return (await stat(file)).isFile();
  } catch (cause) {
    if (cause.code === 'ENOENT') return false;
    throw cause;
  }
}

/**
 * Writes a maximum into the memory section of a WebAssembly binary. The toolchain has no switch for it, and the limits of
 * worker threads do not count WebAssembly memory.
 * @param {Uint8Array} binary
 * @param {number} maximum in pages of 64 KiB
 */
export function withMemoryMaximum(binary, maximum) {
  const memorySection = 5;
  let at = 8;
  while (at < binary.length) {
    const start = at;
    const id = binary[at];
    const length = readLeb(binary, at + 1);
    const body = length.next;
    at = body + length.value;
    if (id !== memorySection) continue;
    const count = readLeb(binary, body);
    const flags = readLeb(binary, count.next);
    const minimum = readLeb(binary, flags.next);
    if (count.value !== 1) throw new Error(`a module with ${count.value} memories was not expected`);
    const section = [...leb(1), flags.value | 1, ...leb(minimum.value), ...leb(maximum)];
    return Buffer.concat([
      binary.subarray(0, start),
      Buffer.from([memorySection, ...leb(section.length), ...section]),
      binary.subarray(at),
    ]);
  }
  throw new Error('the module has no memory section');
}

function readLeb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, next: at };
  }
}

function leb(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${await buildGolib({ log: message => process.stderr.write(`${message}\n`) })}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
