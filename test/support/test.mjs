/**
 * `npm test`: from a fresh clone through everything, one step after the other; a step that fails does not hide the next.
 * The last line is `N passed, N failed, N skipped`, summed over all runners; the exit status is 1 when anything failed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlPlaneProgram } from './controlplane.mjs';
import { prepareE2e } from './e2e.mjs';
import { buildAll, installPackages, root } from './install.mjs';
import { run, say } from './run.mjs';

const bin = name => join(root, 'node_modules', '.bin', name);
const golib = join(root, 'server', 'golib');
const scratch = mkdtempSync(join(tmpdir(), 'gitops-workbench-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** One runner each: what it is called, and a function that gives what it counted. */
const steps = [
  { name: 'install', run: () => once(() => installPackages()) },
  { name: 'install for VS Code tests', run: () => once(() => installPackages(join(root, 'test', 'vscode'))) },
  { name: 'build', run: () => once(() => buildAll()) },
  { name: 'types', run: () => once(() => call(bin('tsc'), ['--noEmit', '-p', 'tsconfig.json'])) },
  { name: 'types of core', run: () => once(() => call(bin('tsc'), ['--noEmit', '-p', 'server/core/tsconfig.json'])) },
  {
    name: 'types of VS Code tests',
    run: () => once(() => call(bin('tsc'), ['--noEmit', '-p', 'test/vscode/tsconfig.json'])),
  },
  { name: 'format and lint', run: () => once(() => call(bin('biome'), ['check', '--diagnostic-level=error', '.'])) },
  { name: 'Go', run: () => goTests(golib) },
  { name: 'core', run: () => vitest('core') },
  { name: 'server', run: () => vitest('server') },
  { name: 'conformance', run: () => vitest('conformance') },
  { name: 'cluster', run: () => vitest('cluster') },
  // Behind the cases that build it: most of what it needs is compiled then. Vetting it would compile all of Kubernetes once more.
  { name: 'Go of the control plane', run: controlPlaneTests },
  { name: 'real VS Code', run: inVsCode },
];

const total = { passed: 0, failed: 0, skipped: 0 };
for (const step of steps) {
  process.stdout.write(`\n=== ${step.name}\n`);
  const started = performance.now();
  const counts = await step.run().catch(cause => {
    process.stdout.write(`${cause.message}\n`);
    return { passed: 0, failed: 1, skipped: [] };
  });
  for (const reason of counts.skipped) process.stdout.write(`skipped: ${reason}\n`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`--- ${step.name}: ${sentence({ ...counts, skipped: counts.skipped.length })} (${seconds} s)\n`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped.length;
  // Without packages nothing else can be run.
  if (step.name === 'install' && counts.failed > 0) break;
}
process.stdout.write(`\n${sentence(total)}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** A step that is one check as a whole. */
async function once(check) {
  await check();
  return { passed: 1, failed: 0, skipped: [] };
}

async function call(command, args) {
  const { code, output } = await run(command, args, { cwd: root, allowFailure: true });
  if (code !== 0) throw new Error(output.trim());
}

async function vitest(project, env = {}) {
  const file = join(scratch, `${project}.json`);
  const args = ['run', '--config', 'test/vitest.config.ts', '--project', project];
  const reporters = ['--reporter=dot', `--reporter=${join(root, 'test', 'support', 'counts.mjs')}`];
  const options = { cwd: root, env: { ...process.env, ...env, COUNTS_FILE: file }, show: true, allowFailure: true };
  const { code } = await run(bin('vitest'), [...args, ...reporters], options);
  if (!existsSync(file)) throw new Error(`vitest ended with ${code} and counted nothing`);
  const counts = JSON.parse(readFileSync(file, 'utf8'));
  // Whatever vitest holds against a run without calling it a case.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function controlPlaneTests() {
  const { why } = await controlPlaneProgram();
  if (why) return { passed: 0, failed: 0, skipped: [`all of test/controlplane: ${why}`] };
  // As it was built, so that nothing is compiled twice.
  const env = { ...process.env, CGO_ENABLED: '0' };
  return goTests(join(root, 'test', 'controlplane'), ['-vet=off', '-trimpath'], env);
}

async function goTests(module, flags = [], env = process.env) {
  const options = { cwd: module, env, allowFailure: true };
  const { code, output } = await run('go', ['test', '-json', ...flags, './...'], options);
  const events = output.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const ended = action => events.filter(it => it.Test && it.Action === action);
  for (const { Package, Test } of ended('fail')) {
    const lines = events.filter(it => it.Package === Package && it.Test === Test && it.Action === 'output');
    process.stdout.write(lines.map(it => it.Output).join(''));
  }
  const counts = {
    passed: ended('pass').length,
    failed: ended('fail').length,
    skipped: ended('skip').map(it => `${it.Package} ${it.Test}`),
  };
  if (code !== 0 && counts.failed === 0) throw new Error(output.slice(-4000));
  return counts;
}

async function inVsCode() {
  const { env, why } = await prepareE2e();
  if (why) return { passed: 0, failed: 0, skipped: [`all of test/vscode: ${why}`] };
  say('[e2e] pictures of each step are kept in test/artifacts/vscode');
  return vitest('vscode', env);
}
