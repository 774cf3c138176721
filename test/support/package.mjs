/** `npm run package`: builds everything and writes the extension as a .vsix file. */
import { rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildAll, installPackages, root } from './install.mjs';
import { isProgram, run, say } from './run.mjs';

const limit = 15 * 1024 * 1024;

/** Path of the .vsix made from what lies in dist/. */
export async function packageExtension() {
  const { writeNotices } = await import('./notices.mjs');
  await writeNotices();
  const { name, version } = createRequire(import.meta.url)(join(root, 'package.json'));
  const file = join(root, `${name}-${version}.vsix`);
  rmSync(file, { force: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  // Everything is bundled, so no dependency is packed and nothing is looked up.
  const { output } = await run(process.execPath, [vsce, 'package', '--no-dependencies', '--out', file], { cwd: root });
  const warnings = output.split('\n').filter(it => /warn/i.test(it));
  for (const warning of warnings) say(`[package] ${warning}`);
  const { size } = statSync(file);
  say(`[package] ${name}-${version}.vsix, ${(size / 1024 / 1024).toFixed(1)} MB`);
  if (size > limit) throw new Error(`the .vsix has ${size} bytes, more than the ${limit} that were promised`);
  return file;
}

if (isProgram(import.meta.url)) {
  await installPackages();
  await buildAll();
  await packageExtension();
}
