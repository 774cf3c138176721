/**
 * `npm run e2e`: the suites of test/vscode, in real VS Code and a browser. Prepares both; arguments go to vitest.
 * `--pictures` renews those of the README, `--no-build` takes what lies in dist/.
 * Exit status 0 also when there is no browser to be had: that is said, with the reason.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll, installPackages, root } from './install.mjs';
import { packageExtension } from './package.mjs';
import { isProgram, run, say } from './run.mjs';
import { prepareBrowser, prepareVsCode } from './vscode.mjs';

/** The environment that the suites need, or why they cannot run. */
export async function prepareE2e() {
  const browser = await prepareBrowser();
  if (!browser.path) return { why: browser.why };
  await prepareVsCode();
  await installPackages(join(root, 'test', 'vscode'));
  return { env: { BROWSER_PATH: browser.path, VSIX_PATH: await packageExtension() } };
}

/** Pictures of the README, by the step of the suites that shows them. */
const pictures = {
  'preview.png': '08-preview-follows.png',
  'fix.png': '03-quick-fixes.png',
  'completion.png': '10-completion.png',
  'hover.png': '12-hover.png',
  'reasons.png': '13-tree.png',
  'plan.png': '32-plan.png',
  'clusters.png': '34-resources.png',
};

function renewPictures() {
  const target = join(root, 'docs', 'images');
  mkdirSync(target, { recursive: true });
  for (const [name, step] of Object.entries(pictures)) {
    copyFileSync(join(root, 'test', 'artifacts', 'vscode', step), join(target, name));
  }
}

if (isProgram(import.meta.url)) {
  await installPackages();
  if (!existsSync(join(root, 'dist', 'client.cjs')) || !process.argv.includes('--no-build')) await buildAll();
  const { env, why } = await prepareE2e();
  if (why) {
    say(`skipped: ${why}`);
  } else {
    const more = process.argv.slice(2).filter(it => it !== '--no-build' && it !== '--pictures');
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', 'vscode', ...more];
    const { code } = await run(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      show: true,
      allowFailure: true,
    });
    process.exitCode = code;
    if (code === 0 && process.argv.includes('--pictures')) renewPictures();
  }
}
