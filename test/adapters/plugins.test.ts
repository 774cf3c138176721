import { chmodSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import { createPluginRunner } from '../../server/adapters/plugins/plugins.ts';
import { defaultSettings } from '../../server/engine/settings.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { folderWith, repositoryWith } from '../support/folder.ts';
import { applicationOf, benchOn } from '../support/rendering.ts';

/** A program of these lines. */
function program(...lines: readonly string[]): string {
  const file = join(folderWith({ 'plugin.sh': `#!/bin/sh\n${lines.join('\n')}\n` }), 'plugin.sh');
  chmodSync(file, 0o755);
  return file;
}

const job = {
  name: 'p',
  path: 'app',
  files: { 'app/a.txt': 'in the application', 'b.txt': 'beside' },
  environment: {},
};
const copies = () => readdirSync(tmpdir()).filter(it => it.startsWith('gitops-plugin-'));

describe('the command that stands for a plugin', () => {
  it('runs in a copy of the repository with nothing but the environment that it is given', async () => {
    const before = copies();
    process.env.SOME_SECRET = 'hidden';
    const file = program('cat a.txt ../b.txt', 'echo ": $ARGOCD_APP_NAME [$SOME_SECRET]"', 'touch made');
    const runner = createPluginRunner(() => ({ p: [file] }));
    expect(await runner.run({ ...job, environment: { ARGOCD_APP_NAME: 'shop' } })).toEqual({
      manifest: 'in the applicationbeside: shop []\n',
    });
    delete process.env.SOME_SECRET;
    expect(copies()).toEqual(before);
  });

  it('is told when it fails, does not end, or is not there', async () => {
    const failing = createPluginRunner(() => ({ p: [program('echo no such thing >&2', 'exit 3'), 'x'] }));
    expect(await failing.run(job)).toEqual({
      error: expect.stringMatching(/ x` failed exit status 3: no such thing$/),
    });
    const endless = createPluginRunner(() => ({ p: ['sleep', '30'] }), { timeoutMs: 200 });
    expect(await endless.run(job)).toEqual({ error: '`sleep 30` ran longer than 0.2 s' });
    const absent = createPluginRunner(() => ({ p: ['/none/such'] }));
    await expect(absent.run(job)).rejects.toMatchObject({ reason: 'pluginFailed' });
  });
});

it('a plugin renders by the command that the user named for it, and by no other', async () => {
  const library = new Golib({ wasm: await buildGolib() });
  const url = 'https://git.example.com/shop.git';
  const root = repositoryWith({ 'app/name': 'made' });
  const echo = program(
    'printf "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: $(cat name)}\\ndata: {a: \\"$ARGOCD_ENV_WHO $PARAM_SIZE_MAX\\"}\\n"',
  );
  const { workbench, renderer } = benchOn({ library, plugins: createPluginRunner, repositories: { [url]: root } });
  const plugin = {
    name: 'echo',
    env: [{ name: 'WHO', value: '$ARGOCD_APP_NAME' }],
    parameters: [{ name: 'size.max', string: '3' }],
  };
  const application = applicationOf({ path: 'app', plugin });
  expect((await renderer.renderApplication(application)).unknown).toMatchObject([{ kind: 'plugin', of: 'echo' }]);
  workbench.setSettings({ ...defaultSettings, repositories: { [url]: root }, plugins: { echo: [echo] } });
  const { manifests } = await renderer.renderApplication(application);
  expect(manifests.map(it => [it.object.metadata, it.object.data])).toMatchObject([
    [{ name: 'made' }, { a: 'shop 3' }],
  ]);
  await library.dispose();
}, 600_000);
