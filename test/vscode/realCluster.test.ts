import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startControlPlane } from '../support/controlplane.mjs';
import { application, commit, makeShop, source, write } from './shop.ts';
import { eventually, extension, openVsCode, type Workbench } from './vscode.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: object }[];
  readonly users: readonly { readonly user: object }[];
}

/** The same loop once more where nothing is simulated, beside a cluster that does not answer and one where little is permitted. */
const cluster = await startControlPlane();

describe.skipIf(cluster.why !== undefined)('an engineer with a real control plane', () => {
  let vscode: Workbench;
  const folder = makeShop();

  beforeAll(async () => {
    if (cluster.why !== undefined) return;
    const kubeconfig = join(mkdtempSync(join(tmpdir(), 'gitops-workbench-kubeconfig-')), 'config');
    const restricted = cluster.restrictedKubeconfig;
    writeFileSync(
      kubeconfig,
      kubeconfigOf({
        real: partsOf(cluster.kubeconfig),
        ...(restricted !== undefined && { restricted: partsOf(restricted) }),
        gone: { cluster: { server: 'https://127.0.0.1:1' }, user: {} },
      }),
    );
    // Of the workspace: the window is a remote one, which takes no such setting from its user's own machine.
    const destinations = { 'https://kubernetes.default.svc': 'real' };
    write(folder, '.vscode/settings.json', JSON.stringify({ 'gitopsWorkbench.clusters.destinations': destinations }));
    vscode = await openVsCode({
      extensions: [extension()],
      folder,
      file: 'argocd/web.yaml',
      env: { KUBECONFIG: kubeconfig },
    });
  });
  afterAll(async () => {
    await vscode?.close();
    if (cluster.why === undefined) await cluster.stop();
  });

  const tree = async () => (await vscode.treeWords()).join('\n');

  it('chooses its context among those of the kubeconfig, and no other is followed', async () => {
    vscode.startCase('real-choose');
    await vscode.showView('GitOps');
    await vscode.command('GitOps: Choose Clusters…');
    await eventually(async () => expect((await vscode.picks()).join('\n')).toMatch(/real.*\n.*gone|gone.*\n.*real/s));
    await vscode.screenshot('50-choose');
    await vscode.tick('real');
    await eventually(async () => expect(await tree()).toContain('Application web, Missing, OutOfSync'), 60_000);
    expect(await tree()).not.toContain('Cluster gone');
    await vscode.screenshot('51-real');
  });

  it('syncs, sees it become healthy, edits, sees the difference of all in one editor, and goes back', async () => {
    vscode.startCase('real-loop');
    await vscode.command('GitOps: Sync…');
    await vscode.answer('web');
    await vscode
      .panel()
      .getByRole('row', { name: /create Deployment web/ })
      .waitFor();
    await vscode.panel().getByRole('button', { name: 'Sync' }).click();
    await vscode
      .panel()
      .getByText(/Succeeded/)
      .first()
      .waitFor({ timeout: 60_000 });
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, Synced'), 60_000);
    await vscode.screenshot('52-real-healthy');

    vscode.replace('apps/web/deployment.yaml', 'replicas: 2', 'replicas: 3');
    vscode.replace('apps/web/service.yaml', 'port: 80', 'port: 8080');
    commit(folder, 'Serve on 8080, three times');
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, OutOfSync'), 60_000);
    await vscode.command('GitOps: Diff');
    await vscode.answer('web');
    await eventually(async () => expect(await vscode.activeTitle()).toContain('web: live ↔ editor'));
    await eventually(async () => expect(await vscode.changedFiles()).toHaveLength(2));
    await vscode.screenshot('53-real-changes');
    await vscode.closeEditors();

    await vscode.command('GitOps: Sync…');
    await vscode.answer('web');
    await vscode
      .panel()
      .getByRole('row', { name: /update Service web/ })
      .waitFor();
    await vscode.panel().getByRole('button', { name: 'Sync' }).click();
    await vscode
      .panel()
      .getByText(/Succeeded/)
      .first()
      .waitFor({ timeout: 60_000 });
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, Synced'), 60_000);

    await vscode.command('GitOps: Rollback…');
    await vscode.answer('web');
    await vscode.answer('0:');
    await vscode.answer('Roll back the cluster');
    await vscode
      .panel()
      .getByRole('row', { name: /update Service web/ })
      .waitFor();
    await vscode.panel().getByRole('button', { name: 'Roll Back' }).click();
    await vscode
      .panel()
      .getByText(/Succeeded/)
      .first()
      .waitFor({ timeout: 60_000 });
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, OutOfSync'), 60_000);
    await vscode.screenshot('54-real-rolled-back');
  });

  it('is told which rights are missing, where next to nothing is permitted', async () => {
    vscode.startCase('real-restricted');
    const limited = application('limited', source('apps/reports'));
    write(folder, 'argocd/limited.yaml', limited.replace('server: https://kubernetes.default.svc', 'name: restricted'));
    await vscode.command('GitOps: Choose Clusters…');
    await vscode.tick('restricted');
    await eventually(async () => expect(await tree()).toContain('Application limited,'), 60_000);
    await vscode.unfold('Application limited,');
    await eventually(
      async () => expect(await tree()).toContain('kinds may not be listed in the whole cluster'),
      60_000,
    );
    await vscode.command('GitOps: Sync…');
    await vscode.answer('limited');
    await vscode.panel().getByRole('heading', { name: 'This plan cannot run' }).waitFor();
    await vscode
      .panel()
      .getByText(/User "restricted" cannot/)
      .first()
      .waitFor();
    await vscode.screenshot('56-restricted');
  });

  it('is told what is wrong with a cluster that does not answer', async () => {
    vscode.startCase('real-gone');
    await vscode.command('GitOps: Choose Clusters…');
    await vscode.tick('gone');
    await eventually(async () => expect(await tree()).toMatch(/Cluster gone, unreachable/), 60_000);
    await eventually(async () => expect(await tree()).toContain('Check the network'));
    await eventually(async () => expect(await tree()).toContain('Application web,'));
    await vscode.screenshot('55-unreachable');
  });
});

function partsOf(file: string): { readonly cluster: object; readonly user: object } {
  const { clusters, users } = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  return { cluster: clusters[0]?.cluster ?? {}, user: users[0]?.user ?? {} };
}

function kubeconfigOf(parts: Readonly<Record<string, ReturnType<typeof partsOf>>>): string {
  const entries = Object.entries(parts);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: entries.map(([name, { cluster }]) => ({ name, cluster })),
    users: entries.map(([name, { user }]) => ({ name, user })),
    contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: name } })),
  });
}
