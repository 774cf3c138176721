import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, extension, openVsCode, type Workbench } from './vscode.ts';

describe('in a folder that nobody trusted', () => {
  let vscode: Workbench;

  beforeAll(async () => {
    vscode = await openVsCode({ extensions: [extension()], trusted: false });
  });
  afterAll(() => vscode?.close());

  it('findings, counts and previews are there as ever', async () => {
    vscode.startCase('untrusted');
    await vscode.open('mistakes/application.yaml');
    await eventually(async () => expect((await vscode.squiggles()).warnings).toBeGreaterThan(0));
    await vscode.open('applicationsets/shop.yaml');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toContain('3 Applications'));
    await vscode.clickLens(/3 Applications/);
    await eventually(async () => expect((await vscode.lines(2)).join('\n')).toContain('name: shop-checkout'));
    await expect(vscode.statusBar()).resolves.toContain('Restricted Mode');
    await vscode.screenshot('20-untrusted');
  });

  it('no cluster is contacted, and the view says why', async () => {
    vscode.startCase('untrusted-clusters');
    await vscode.showView('GitOps');
    await eventually(async () =>
      expect(await vscode.sideBar()).toContain('This folder is not trusted, so no cluster is contacted'),
    );
    await vscode.screenshot('21-untrusted-clusters');
  });
});
