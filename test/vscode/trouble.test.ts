import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../support/faultProxy.ts';
import { startTestSandbox } from '../support/sandbox.ts';
import { makeShop } from './shop.ts';
import { eventually, extension, openVsCode, type Workbench } from './vscode.ts';

/** Clusters that answer, and refuse: each time the view says what is missing and what to do, and a refresh is enough once it is there. */
describe('somebody whom a cluster refuses', () => {
  let vscode: Workbench;
  let proxy: FaultProxy;
  let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;

  beforeAll(async () => {
    sandbox = await startTestSandbox();
    const kubeconfig = join(mkdtempSync(join(tmpdir(), 'gitops-workbench-trouble-')), 'config');
    proxy = await startFaultProxy({ kubeconfig: sandbox.kubeconfig, target: kubeconfig });
    vscode = await openVsCode({
      extensions: [extension()],
      folder: makeShop(),
      file: 'argocd/web.yaml',
      env: { KUBECONFIG: kubeconfig },
    });
    await vscode.showView('GitOps');
  });
  afterAll(async () => {
    await vscode?.close();
    await proxy?.close();
    await sandbox?.stop();
  });

  const tree = async () => (await vscode.treeWords()).join('\n');
  /** From now on the API server answers so to somebody with few rights. */
  const forbid = (verb: string, resource: string, where: string, when: (it: ProxiedRequest) => boolean) =>
    proxy.inject(
      {
        kind: 'status',
        status: 403,
        message: `${resource} is forbidden: User "ada" cannot ${verb} resource "${resource}" in API group "" ${where}`,
      },
      { when },
    );

  it('reads that the login has run out, logs in, and goes on', async () => {
    vscode.startCase('expired');
    proxy.inject({ kind: 'status', status: 401, message: 'Unauthorized' });
    await vscode.command('GitOps: Choose Clusters…');
    await vscode.tick('sandbox');
    await eventually(async () => expect(await tree()).toContain('Cluster sandbox, login expired'), 60_000);
    expect(await tree()).toContain('Log in again in a terminal, as you do for kubectl; then refresh.');
    expect(await vscode.statusBar()).toContain('sandbox: login expired');
    await vscode.screenshot('80-expired');
    proxy.heal();
    forbid('list', 'secrets', 'at the cluster scope', it => it.method === 'GET' && it.path.includes('/api/v1/secrets'));
    await vscode.command('GitOps: Refresh');
    await eventually(async () => expect(await tree()).toContain('Application web, Missing, OutOfSync'), 60_000);
    expect(await tree()).not.toContain('login expired');
  });

  it('reads which permission is missing where objects are not seen', async () => {
    vscode.startCase('not-seen');
    await vscode.unfold('Application web,');
    await eventually(async () =>
      expect(await tree()).toContain('cannot list resource "secrets" in API group "" at the cluster scope'),
    );
    await vscode.screenshot('81-not-seen');
  });

  it('sees differences without a dry run where that is not permitted, and a plan that names the permission', async () => {
    vscode.startCase('forbidden');
    await vscode.command('GitOps: Sync…');
    await vscode.answer('web');
    const plan = vscode.panel();
    await plan.getByRole('button', { name: 'Sync', exact: true }).click();
    await eventually(async () => expect(await tree()).toContain('Application web, Healthy, Synced'), 60_000);
    await vscode.closeEditors();

    forbid(
      'patch',
      'services',
      'in the namespace "web"',
      it => it.method === 'PATCH' && it.path.includes('/services/'),
    );
    await vscode.open('apps/web/service.yaml');
    await vscode.goTo({ after: 'port: 80' });
    await vscode.type('80');
    await vscode.command('GitOps: Diff with Cluster');
    await eventually(async () => {
      expect(await vscode.activeTitle()).toContain('web: live ↔ editor (without the server)');
      const lines = (await vscode.diffLines('modified')).join('\n');
      expect(lines).toContain('port: 8080');
      expect(lines).not.toContain('managedFields');
    });
    await vscode.screenshot('82-without-server');
    await vscode.press('Control+Home');
    await eventually(async () =>
      expect((await vscode.diffLines('modified')).join('\n')).toContain(
        'cannot patch resource "services" in API group "" in the namespace "web"',
      ),
    );
    await vscode.command('GitOps: Sync…');
    await vscode.answer('web');
    await plan.getByRole('heading', { name: 'This plan cannot run' }).waitFor();
    await plan.getByText(/cannot patch resource "services"/).waitFor();
    expect(await plan.getByRole('button', { name: 'Sync', exact: true }).isDisabled()).toBe(true);
    await vscode.screenshot('83-forbidden-plan');
    proxy.heal();
    await plan.getByRole('button', { name: 'Plan Again' }).click();
    await plan.getByRole('row', { name: /update Service web/ }).waitFor();
    await eventually(async () =>
      expect(await plan.getByRole('button', { name: 'Sync', exact: true }).isEnabled()).toBe(true),
    );
  });
});
