import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commit, git, makeShop } from './shop.ts';
import { eventually, extension, openVsCode, type Workbench } from './vscode.ts';

/** The loop of somebody who edits a manifest: edit, see the difference, read the plan, sync, watch it become healthy, take it back. */
describe('an engineer with the sandbox cluster', () => {
  let vscode: Workbench;
  const folder = makeShop();

  beforeAll(async () => {
    vscode = await openVsCode({ extensions: [extension()], folder, file: 'argocd/web.yaml' });
  });
  afterAll(() => vscode?.close());

  const tree = async () => (await vscode.treeWords()).join('\n');

  it('is told what there is to choose before any cluster is contacted', async () => {
    vscode.startCase('no-cluster');
    await vscode.showView('GitOps');
    await eventually(async () => {
      const text = await vscode.sideBar();
      expect(text).toContain('No cluster is chosen, so none is contacted.');
      expect(text).toContain('Start Sandbox Cluster');
    });
    await vscode.screenshot('30-no-cluster');
  });

  it('starts the sandbox, and sees the Applications with health and sync in words', async () => {
    vscode.startCase('sandbox');
    await vscode.command('GitOps: Start Sandbox Cluster');
    await eventually(async () => expect(await tree()).toContain('Application web, Missing, OutOfSync'), 60_000);
    expect(await vscode.statusBar()).toContain('sandbox: Missing, 2 out of sync');
    await vscode.screenshot('31-clusters');
  });

  it('reads the plan of a sync, accepts it, and watches it become healthy', async () => {
    vscode.startCase('sync');
    await vscode.command('GitOps: Sync…');
    await vscode.answer('web');
    const plan = vscode.panel();
    await plan.getByRole('heading', { name: 'Sync web' }).waitFor();
    await plan.getByRole('row', { name: /create Deployment web/ }).waitFor();
    await vscode.screenshot('32-plan');
    await plan.getByRole('button', { name: 'Sync' }).click();
    await plan
      .getByText(/Succeeded/)
      .first()
      .waitFor({ timeout: 60_000 });
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, Synced'), 60_000);
    await eventually(async () => expect(await tree()).toContain('Sync web'));
    await vscode.screenshot('33-synced');
  });

  it('unfolds an Application to its Pods', async () => {
    vscode.startCase('resources');
    await vscode.unfold('Application web,');
    await vscode.unfold('Deployment web, 2/2');
    await eventually(async () => expect(await tree()).toMatch(/ReplicaSet web-.*2\/2, Healthy/));
    await vscode.unfold('ReplicaSet web-');
    await eventually(async () => expect(await tree()).toMatch(/Pod web-/));
    await vscode.screenshot('34-resources');
  });

  it('looks at a live object, at events and at a log; a Secret stays masked', async () => {
    vscode.startCase('look');
    await vscode.clickRow('Secret web, Synced');
    await eventually(async () => expect((await vscode.lines()).join('\n')).toContain('kind: Secret'));
    expect((await vscode.lines()).join('\n')).toContain('++++');
    expect((await vscode.lines()).join('\n')).not.toMatch(/swordfish|c3dvcmRmaXNo/);
    await vscode.screenshot('35-live-secret');
    await vscode.command('GitOps: Show Logs');
    await vscode.answer('web');
    await vscode.chooseFirst();
    await eventually(async () => expect(await vscode.activeTitle()).toMatch(/^Pod web-.*\.log\b/));
    await vscode.screenshot('36-log');
    await vscode.command('GitOps: Show Events');
    await vscode.answer('web');
    await vscode.answer('Deployment');
    await eventually(async () => expect((await vscode.lines()).join('\n')).toContain('Events of Deployment web'));
    await vscode.screenshot('37-events');
  });

  it('sees what an edit would change in the cluster, live while typing', async () => {
    vscode.startCase('diff');
    await vscode.open('apps/web/deployment.yaml');
    await vscode.goTo({ after: 'replicas: ' });
    await vscode.type('1');
    await vscode.command('GitOps: Diff with Cluster');
    await eventually(async () => {
      expect((await vscode.diffLines('original')).join('\n')).toContain('replicas: 2');
      expect((await vscode.diffLines('modified')).join('\n')).toContain('replicas: 12');
    });
    await vscode.screenshot('38-diff');
    expect(await vscode.activeTitle()).toContain('live ↔ editor');
  });

  it('syncs the edit, then takes it back by the history', async () => {
    vscode.startCase('rollback');
    vscode.replace('apps/web/deployment.yaml', 'web:1.0.0', 'web:2.0.0');
    vscode.replace('apps/web/deployment.yaml', 'replicas: 2', 'replicas: 3');
    commit(folder, 'Run the new web');
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, OutOfSync'), 60_000);
    await vscode.screenshot('39-out-of-sync');
    await vscode.command('GitOps: Sync…');
    await vscode.answer('web');
    const plan = vscode.panel();
    await plan.getByRole('row', { name: /update Deployment web/ }).waitFor();
    await plan.getByRole('button', { name: 'Sync' }).click();
    await plan
      .getByText(/Succeeded/)
      .first()
      .waitFor({ timeout: 60_000 });
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, Synced'), 60_000);
    await vscode.closeEditors();

    await vscode.command('GitOps: Rollback…');
    await vscode.answer('web');
    await vscode.chooseFirst();
    await eventually(async () => expect((await vscode.picks()).join('\n')).toContain('Revert in Git'));
    await vscode.screenshot('40-rollback-choices');
    await vscode.answer('Roll back the cluster');
    const back = vscode.panel();
    await back.getByRole('heading', { name: /Roll back web/ }).waitFor();
    await back.getByRole('row', { name: /update Deployment web/ }).waitFor();
    await vscode.screenshot('41-rollback-plan');
    await back.getByRole('button', { name: 'Roll Back' }).click();
    await back
      .getByText(/Succeeded/)
      .first()
      .waitFor({ timeout: 60_000 });
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, OutOfSync'), 60_000);
    await vscode.screenshot('42-rolled-back');
  });

  it('reverts in git, on a branch of its own', async () => {
    vscode.startCase('revert');
    await vscode.command('GitOps: Revert in Git…');
    await vscode.answer('web');
    await vscode.answer('0:');
    await vscode.notified(/on branch/);
    expect(git(folder, 'branch', '--list').split('\n').filter(Boolean).length).toBe(2);
    await vscode.screenshot('43-reverted');
  });

  it('sees the resources as a graph', async () => {
    vscode.startCase('graph');
    await vscode.command('GitOps: Show Resource Graph');
    await vscode.answer('web');
    const graph = vscode.panel();
    await graph.getByRole('button', { name: /Deployment web, Healthy/ }).waitFor();
    await vscode.screenshot('44-graph');
    await graph.getByRole('button', { name: /Service web/ }).click();
    await eventually(async () => expect((await vscode.lines()).join('\n')).toContain('kind: Service'));
  });

  it('narrows the tree to what is out of sync, and is told how much is hidden', async () => {
    vscode.startCase('filter');
    await vscode.command('GitOps: Filter Applications…');
    await vscode.answer('By Text');
    await vscode.answer('reports');
    await eventually(async () => {
      expect(await tree()).toContain('Application reports, Missing, OutOfSync');
      expect(await tree()).not.toMatch(/Application web,/);
      expect(await vscode.sideBar()).toContain('“reports”: 1 of 2 Applications');
    });
    await vscode.screenshot('45-filtered');
    await vscode.command('GitOps: Show All Applications');
    await eventually(async () => expect(await tree()).toMatch(/Application web,/));
  });

  it('deletes an Application with what goes counted before, and confirmed', async () => {
    vscode.startCase('delete');
    await vscode.command('GitOps: Delete Application…');
    await vscode.answer('web');
    await eventually(async () => expect((await vscode.picks()).join('\n')).toMatch(/[34] resources go with it/));
    await vscode.screenshot('46-delete-choices');
    await vscode.chooseFirst();
    const plan = vscode.panel();
    await plan.getByRole('row', { name: /prune Deployment web/ }).waitFor();
    await vscode.screenshot('47-delete-plan');
    await plan.getByRole('button', { name: 'Delete' }).click();
    await vscode.dialog('Delete');
    await eventually(async () => expect(await tree()).toContain('Application web, Missing, OutOfSync'), 60_000);
  });
});
