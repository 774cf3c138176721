// Makes copies of two Go modules, for the build only: Helm without the cluster client that a third of its size is and that rendering never
// uses, and Kustomize with its helper program, temporary files and warnings inside the module. What is copied stays in the user's cache;
// each edit must find its place, or the build fails.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * @param {string} folder an empty folder of the build's
 * @returns {Promise<string>} a go.mod for `-modfile` that names the copies
 */
export async function trimmedModules(folder) {
  const helm = path.join(folder, 'helm');
  const kustomize = path.join(folder, 'kustomize-api');
  const kyaml = path.join(folder, 'kustomize-kyaml');
  await copyModule('helm.sh/helm/v4', helm);
  await copyModule('sigs.k8s.io/kustomize/api', kustomize);
  await copyModule('sigs.k8s.io/kustomize/kyaml', kyaml);
  await Promise.all([trimHelm(helm), openKustomize(kustomize), allowAllNames(kyaml)]);
  const source = await readFile(path.join(here, 'go.mod'), 'utf8');
  const modfile = path.join(folder, 'go.mod');
  const own = source.replace('=> ../', `=> ${path.dirname(here)}`);
  await writeFile(
    modfile,
    `${own}\nreplace helm.sh/helm/v4 => ${helm}\nreplace sigs.k8s.io/kustomize/api => ${kustomize}\nreplace sigs.k8s.io/kustomize/kyaml => ${kyaml}\n`,
  );
  await cp(path.join(here, 'go.sum'), path.join(folder, 'go.sum'));
  return modfile;
}

async function copyModule(name, to) {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' };
  // Also fetches it where it is not in the module cache.
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', name], { cwd: here, env });
  await rm(to, { recursive: true, force: true });
  await cp(JSON.parse(stdout).Dir, to, { recursive: true, filter: it => !/_test\.go$|\/testdata(\/|$)/.test(it) });
  await makeWritable(to);
}

/** Files of the module cache are read-only, and so are their copies. */
async function makeWritable(folder) {
  const { chmod } = await import('node:fs/promises');
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const whole = path.join(folder, entry.name);
    if (entry.isDirectory()) await makeWritable(whole);
    else await chmod(whole, 0o644);
  }
}

async function trimHelm(folder) {
  const versions = (await readFile(path.join(here, 'helmApiVersions.txt'), 'utf8')).trim().split('\n');
  const clientGo = /k8s\.io\/client-go (v\S+)/.exec(await readFile(path.join(folder, 'go.mod'), 'utf8'))[1];
  await rm(path.join(folder, 'internal/version/clientgo.go'));
  await writeFile(
    path.join(folder, 'internal/version/trimmed.go'),
    `package version\n\n// K8sIOClientGoModVersion tells the version that helm was built with.\nfunc K8sIOClientGoModVersion() (string, error) { return "${clientGo}", nil }\n`,
  );
  await edit(path.join(folder, 'pkg/chart/common/capabilities.go'), [
    [/\t"k8s\.io\/client-go\/kubernetes\/scheme"\n/, ''],
    [/\tapiextensionsv1(beta1)? "[^"]+"\n/g, ''],
    [
      /func allKnownVersions\(\) VersionSet \{[\s\S]*?\n\}\n/,
      `func allKnownVersions() VersionSet {\n\treturn VersionSet{\n${versions.map(it => `\t\t"${it}",\n`).join('')}\t}\n}\n`,
    ],
  ]);
  await edit(path.join(folder, 'pkg/engine/engine.go'), [
    [/\t"k8s\.io\/client-go\/rest"\n\n/, ''],
    [/\/\/ New creates a new instance[\s\S]*?\n\}\n\n/, ''],
    [/\/\/ RenderWithClient takes a chart[\s\S]*?\n\}\n\n/, ''],
  ]);
  await writeFile(
    path.join(folder, 'pkg/engine/lookup_func.go'),
    [
      'package engine',
      '',
      'type lookupFunc = func(apiversion string, resource string, namespace string, name string) (map[string]any, error)',
      '',
      '// ClientProvider has no clients to give: a rendering asks no cluster.',
      'type ClientProvider interface{}',
      '',
      'func newLookupFunction(ClientProvider) lookupFunc {',
      '\treturn func(string, string, string, string) (map[string]any, error) { return map[string]any{}, nil }',
      '}',
      '',
    ].join('\n'),
  );
}

async function openKustomize(folder) {
  await mkdir(path.join(folder, 'outside'));
  await writeFile(
    path.join(folder, 'outside', 'outside.go'),
    [
      '// Package outside is what Kustomize has of the world besides its file system.',
      'package outside',
      '',
      'import (',
      '\t"io"',
      '\t"os"',
      ')',
      '',
      'var (',
      '\tStderr io.Writer = os.Stderr',
      '\t// Helm runs the program and answers its output, what it said, and an error where it ended with a status.',
      '\tHelm func(arguments []string) (out []byte, said string, err error)',
      '\tDisk interface {',
      '\t\tWriteFile(name string, data []byte) error',
      '\t\tMkdirAll(name string) error',
      '\t\tRemoveAll(name string) error',
      '\t\tIsDir(name string) bool',
      '\t\tExists(name string) bool',
      '\t}',
      ')',
      '',
      '// Temporary is a folder that no kustomization can see.',
      'func Temporary() (string, error) { return "/tmp/kustomize-helm", Disk.MkdirAll("/tmp/kustomize-helm") }',
      '',
    ].join('\n'),
  );
  await edit(path.join(folder, 'internal/builtins/HelmChartInflationGenerator.go'), [
    ['\t"os"\n\t"os/exec"\n', ''],
    [
      '\t"sigs.k8s.io/kustomize/api/konfig"\n',
      '\t"sigs.k8s.io/kustomize/api/konfig"\n\t"sigs.k8s.io/kustomize/api/outside"\n',
    ],
    ['os.MkdirTemp("", "kustomize-helm-")', 'outside.Temporary()'],
    ['os.WriteFile(path, b, 0644)', 'outside.Disk.WriteFile(path, b)'],
    ['os.RemoveAll(p.tmpDir)', 'outside.Disk.RemoveAll(p.tmpDir)'],
    [
      /\ts, err := os\.Stat\(path\)\n[\s\S]*?\treturn path, s\.IsDir\(\)\n/,
      '\tif !outside.Disk.Exists(path) {\n\t\treturn "", false\n\t}\n\treturn path, outside.Disk.IsDir(path)\n',
    ],
    [/\tcmd := exec\.Command\([\s\S]*?\tcmd\.Stderr = stderr\n/, ''],
    [
      /\tcmd\.Env = append\(os\.Environ\(\), env\.\.\.\)\n\terr := cmd\.Run\(\)\n/,
      '\tout, said, err := outside.Helm(args)\n\tstdout.Write(out)\n\tstderr.WriteString(said)\n',
    ],
  ]);
  await edit(path.join(folder, 'internal/target/kusttarget.go'), [
    ['\t"os"\n', ''],
    ['fmt.Fprintf(os.Stderr, ', 'fmt.Fprintf(outside.Stderr, '],
    [
      '\t"sigs.k8s.io/kustomize/api/konfig"\n',
      '\t"sigs.k8s.io/kustomize/api/konfig"\n\t"sigs.k8s.io/kustomize/api/outside"\n',
    ],
  ]);
}

/** Kustomize's file system in memory takes only the names that its own tests use; a disk takes any. */
async function allowAllNames(folder) {
  await edit(path.join(folder, 'filesys/fsnode.go'), [
    ['"^[a-zA-Z0-9-_.:]+$"', '"^[^/]+$"'],
    ['return !strings.Contains(n, ParentDir)', 'return strings.TrimSpace(n) != ParentDir'],
  ]);
}

async function edit(file, changes) {
  let text = await readFile(file, 'utf8');
  for (const [from, to] of changes) {
    const next = text.replace(from, () => to);
    if (next === text) throw new Error(`${file} is not as the build expects it: nothing matches ${from}`);
    text = next;
  }
  await writeFile(file, text);
}
