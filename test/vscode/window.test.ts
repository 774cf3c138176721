import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSample } from '../support/sample.mjs';
import { eventually, openVsCode, type Workbench } from './vscode.ts';

describe('window', () => {
  let vscode: Workbench;
  beforeAll(async () => {
    const folder = await makeSample(join(mkdtempSync(join(tmpdir(), 'gitops-workbench-sample-')), 'platform-gitops'));
    vscode = await openVsCode({ folder });
  }, 120_000);
  afterAll(() => vscode?.close());

  it('opens', async () => {
    vscode.startCase('open');
    await vscode.open('applicationsets/shop.yaml');
    await vscode.goTo({ after: "name: 'shop-" });
    await vscode.type('x{{.');
    await eventually(async () => expect((await vscode.lines()).join('\n')).toContain("'shop-x{{."));
    await vscode.screenshot('01-window');
    console.log(await vscode.problems(), await vscode.codeLenses());
    await vscode.screenshot('02-window');
  });
});
