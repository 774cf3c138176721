/** `npm run test:core`, `npm run test:conformance`: one vitest project, on a fresh clone too; further arguments go to vitest. */
import { join } from 'node:path';
import { installPackages, root } from './install.mjs';
import { run } from './run.mjs';

const [project, ...more] = process.argv.slice(2);
await installPackages();
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const args = [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', project, ...more];
const { code } = await run(process.execPath, args, { cwd: root, show: true, allowFailure: true });
process.exitCode = code ?? 1;
