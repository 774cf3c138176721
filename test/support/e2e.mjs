/**
 * `npm run e2e`: the suites of test/vscode, in real VS Code and a browser. Prepares both; arguments go to vitest.
 * Exit status 0 also when there is no browser to be had: that is said, with the reason.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll, installPackages, root } from './install.mjs';
import { packageExtension } from './package.mjs';
import { run, say } from './run.mjs';
import { prepareBrowser, prepareVsCode } from './vscode.mjs';

/** The environment that the suites need, or why they cannot run. */
export async function prepareE2e() {
  const browser = await prepareBrowser();
  if (!browser.path) return { why: browser.why };
  await prepareVsCode();
  await installPackages(join(root, 'test', 'vscode'));
  return { env: { BROWSER_PATH: browser.path, VSIX_PATH: await packageExtension() } };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  await installPackages();
  if (!existsSync(join(root, 'dist', 'client.cjs')) || !process.argv.includes('--no-build')) await buildAll();
  const { env, why } = await prepareE2e();
  if (why) {
    say(`skipped: ${why}`);
  } else {
    const more = process.argv.slice(2).filter(it => it !== '--no-build');
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', 'vscode', ...more];
    const { code } = await run(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      show: true,
      allowFailure: true,
    });
    process.exitCode = code;
  }
}
