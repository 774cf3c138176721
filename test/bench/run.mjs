/** `npm run bench [name …]`: each benchmark in a process of its own. Figures are ratios within one run; absolute times are this machine's. */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startControlPlane } from '../support/controlplane.mjs';
import { run, say } from '../support/run.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const benches = ['editing', 'preview', 'index', 'start', 'render', 'tree', 'clusterDiff', 'clusterSync'];
const chosen = process.argv.slice(2).filter(it => benches.includes(it));

if (!existsSync(`${root}/dist/server.mjs`) || !existsSync(`${root}/dist/schemas.json`)) {
  say('building first');
  await run('node', ['esbuild.mjs'], { cwd: root, show: true });
}
const out = `${root}/dist/bench`;
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: benches.map(it => `test/bench/${it}.ts`),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['esbuild'],
  logLevel: 'error',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
for (const name of chosen.length > 0 ? chosen : benches) {
  const start = env => run('node', ['--expose-gc', `${out}/${name}.mjs`, root], { cwd: root, show: true, env });
  if (name.startsWith('cluster')) await onControlPlane(start);
  else await start(process.env);
}

async function onControlPlane(start) {
  const cluster = await startControlPlane();
  if (cluster.why || !cluster.kubectl) {
    say(`skipped: on the control plane: ${cluster.why ?? 'there is no kubectl to compare with'}`);
    return;
  }
  const given = { GITOPS_BENCH_KUBECONFIG: cluster.kubeconfig, GITOPS_BENCH_KUBECTL: cluster.kubectl };
  await start({ ...process.env, ...given }).finally(() => cluster.stop());
}
