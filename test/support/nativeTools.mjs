/** The programs that the heavy module must not differ from, built once into the user's cache folder; a minute or three on a free machine. */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, say } from './run.mjs';

const packages = {
  helm: 'helm.sh/helm/v4/cmd/helm@v4.2.4',
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1',
};
const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
const folder = path.join(cache, 'gitops-workbench', 'tools', 'helm-4.2.4-kustomize-5.8.1');
const suffix = process.platform === 'win32' ? '.exe' : '';

/** `undefined` where they were not built. */
export function nativeTools() {
  const helm = path.join(folder, `helm${suffix}`);
  const kustomize = path.join(folder, `kustomize${suffix}`);
  return existsSync(helm) && existsSync(kustomize) ? { helm, kustomize } : undefined;
}

export async function buildNativeTools() {
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(packages)) {
    if (existsSync(path.join(folder, `${name}${suffix}`))) continue;
    say(`building ${name} …`);
    const version = { helm: 'helm.sh/helm/v4/internal/version.version=v4.2.4' }[name];
    const provenance = 'sigs.k8s.io/kustomize/api/provenance.version=v5.8.1';
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '', GOWORK: 'off' };
    await run('go', ['install', '-ldflags', `-s -w -X ${version ?? provenance}`, source], { env });
  }
  return nativeTools();
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildNativeTools();
}
