import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Projects by what they need: `core` nothing but Node; `golib` the WebAssembly module; the rest are added beside them. */
export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    testTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'core', include: ['test/{core,architecture,views,client}/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'server', include: ['test/{golib,engine,adapters,sandbox,lsp,cli}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 1_200_000 },
      },
      // One control plane, and the cases one after the other: what they measure by waiting would suffer from company.
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/cluster/setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
        },
      },
      // One window at a time: a browser and VS Code are heavy.
      {
        extends: true,
        test: {
          name: 'vscode',
          include: ['test/vscode/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
    root: fileURLToPath(new URL('..', import.meta.url)),
  },
});
