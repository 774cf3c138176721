import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Library } from '../../server/engine/ports.ts';

/**
 * Cases of Helm and Kustomize, one file each: a line with the operation and its arguments, then `-- path --` and the text of each file,
 * then what the native program printed: `-- > --` its output, `-- ! --` what it said when it ended with a status.
 */
export interface ToolCase {
  readonly name: string;
  readonly op: string;
  readonly args: ToolArgs;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: Told | undefined;
}

interface ToolArgs {
  readonly path?: string;
  readonly options?: readonly string[];
  readonly commands?: readonly (readonly string[])[];
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly includeCrds?: boolean;
  readonly skipTests?: boolean;
  readonly skipSchemaValidation?: boolean;
  readonly values?: readonly string[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setFile?: readonly { readonly key: string; readonly text: string }[];
}

/** What a program printed: `>` with status 0, `!` with another. */
export interface Told {
  readonly kind: '>' | '!';
  readonly text: string;
}

export interface Programs {
  readonly helm: string;
  readonly kustomize: string;
}

const folder = fileURLToPath(new URL('../fixtures/tools/', import.meta.url));
/** Where the files of a kustomization lie, for the module and in what the programs say. */
const root = '/repo';

export function toolCases(): readonly ToolCase[] {
  return readdirSync(folder)
    .sort()
    .map(file => read(path.basename(file, '.txt'), readFileSync(path.join(folder, file), 'utf8')));
}

function read(name: string, text: string): ToolCase {
  const [head = '', ...parts] = text.split(/^-- (.+) --\n/m);
  const files: Record<string, string> = {};
  let expected: Told | undefined;
  for (let at = 0; at < parts.length; at += 2) {
    const [key = '', value = ''] = parts.slice(at, at + 2);
    if (key === '>' || key === '!') expected = { kind: key, text: value };
    else files[key] = value;
  }
  const space = head.indexOf(' ');
  return { name, op: head.slice(0, space), args: JSON.parse(head.slice(space)) as ToolArgs, files, expected };
}

export async function record(it: ToolCase, told: Told): Promise<void> {
  const file = path.join(folder, `${it.name}.txt`);
  const [given = ''] = (await readFile(file, 'utf8')).split(/^-- [>!] --\n/m);
  await writeFile(file, `${given}-- ${told.kind} --\n${told.text}`);
}

/** What the library answers, as the program would print it. */
export async function asked(library: Library, it: ToolCase): Promise<Told> {
  const files = it.op === 'helmTemplate' ? it.files : below(root, it.files);
  const where = it.args.path === undefined ? {} : { path: path.join(root, it.args.path) };
  const [result] = await library.call([
    { op: it.op, args: JSON.parse(JSON.stringify({ ...it.args, ...where, files })) },
  ]);
  if (result?.ok !== true) return { kind: '!', text: result?.error ?? 'no answer' };
  const value = result.value as { manifest?: string; error?: string; files?: Record<string, string> };
  if (value.error !== undefined) return settled({ kind: '!', text: value.error });
  if (value.files === undefined) return { kind: '>', text: value.manifest ?? '' };
  return { kind: '>', text: Object.values(value.files).join('') };
}

/** Without what differs from run to run: addresses in memory, names of temporary folders. */
function settled({ kind, text }: Told): Told {
  if (kind === '>') return { kind, text };
  const steady = text.replace(/\b0x[0-9a-f]+/g, '0x0').replace(/\/tmp\/kustomize-helm(-\d+)?/g, '/tmp/kustomize-helm');
  return { kind, text: `${steady.trimEnd()}\n` };
}

function below(base: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [path.join(base, name), text]));
}

/** What the native program prints. */
export async function ran(programs: Programs, it: ToolCase): Promise<Told> {
  const temporary = await realpath(await mkdtemp(path.join(tmpdir(), 'gitops-tools-')));
  const repository = path.join(temporary, 'repo');
  try {
    for (const [name, text] of Object.entries(it.files)) await write(path.join(repository, name), text);
    const cwd = path.join(repository, it.args.path ?? '.');
    const env = { HOME: temporary, PATH: `${path.dirname(programs.helm)}:${process.env.PATH ?? ''}` };
    let told: Told = { kind: '>', text: '' };
    for (const args of await commandLines(it, temporary, cwd)) {
      told = await start(it.op === 'helmTemplate' ? programs.helm : programs.kustomize, args, cwd, env);
      if (told.kind === '!') break;
    }
    if (it.op === 'kustomizeEdit' && told.kind === '>') {
      told = { kind: '>', text: await readFile(path.join(cwd, 'kustomization.yaml'), 'utf8') };
    }
    return settled({ kind: told.kind, text: told.text.replaceAll(repository, root) });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function commandLines(it: ToolCase, temporary: string, cwd: string): Promise<readonly (readonly string[])[]> {
  const { args } = it;
  if (it.op === 'kustomizeEdit') return (args.commands ?? []).map(command => ['edit', ...command]);
  if (it.op === 'kustomizeBuild') return [['build', cwd, ...(args.options ?? [])]];
  const line = ['template', '.', '--name-template', args.releaseName ?? '', '--namespace', args.namespace ?? ''];
  if (args.kubeVersion !== undefined) line.push('--kube-version', args.kubeVersion);
  for (const version of args.apiVersions ?? []) line.push('--api-versions', version);
  if (args.includeCrds) line.push('--include-crds');
  if (args.skipTests) line.push('--skip-tests');
  if (args.skipSchemaValidation) line.push('--skip-schema-validation');
  for (const [at, text] of (args.values ?? []).entries()) {
    line.push('--values', await write(path.join(temporary, `values-${at}.yaml`), text));
  }
  for (const value of args.set ?? []) line.push('--set', value);
  for (const value of args.setString ?? []) line.push('--set-string', value);
  for (const [at, { key, text }] of (args.setFile ?? []).entries()) {
    line.push('--set-file', `${key}=${await write(path.join(temporary, `file-${at}`), text)}`);
  }
  return [line];
}

async function write(file: string, text: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

function start(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Told> {
  return new Promise(resolve => {
    execFile(program, args, { cwd, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve(error ? { kind: '!', text: stderr } : { kind: '>', text: stdout });
    });
  });
}
