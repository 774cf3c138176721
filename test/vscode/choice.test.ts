import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeShop, write } from './shop.ts';
import { eventually, extension, openVsCode, type Workbench } from './vscode.ts';

/** Up to 0.3 a choice of clusters was written into the folder, where it waited to be committed by mistake. */
describe('a folder whose settings name clusters', () => {
  let vscode: Workbench;
  const folder = makeShop();

  beforeAll(async () => {
    write(folder, '.vscode/settings.json', JSON.stringify({ 'gitopsWorkbench.clusters.contexts': ['sandbox'] }));
    vscode = await openVsCode({ extensions: [extension()], folder, file: 'argocd/web.yaml' });
    await vscode.showView('GitOps');
  });
  afterAll(() => vscode?.close());

  const tree = async () => (await vscode.treeWords()).join('\n');

  it('has these followed until somebody chooses, and is tidied up then', async () => {
    vscode.startCase('choice');
    await eventually(async () => expect(await tree()).toContain('Application web, Missing, OutOfSync'), 60_000);
    await vscode.command('GitOps: Choose Clusters…');
    await vscode.tick('sandbox');
    await eventually(async () => expect(await vscode.sideBar()).toContain('No cluster is chosen'));
    await vscode.notified(/The settings of this workspace name clusters too/);
    await vscode.screenshot('90-choice');
    await vscode.page.locator('.notification-toast .monaco-button', { hasText: 'Remove from Settings' }).click();
    await eventually(async () => expect(existsSync(join(folder, '.vscode', 'settings.json'))).toBe(false));
    expect(await vscode.sideBar()).toContain('No cluster is chosen');
  });
});
