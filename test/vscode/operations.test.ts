import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { application, commit, git, makeShop, source, write } from './shop.ts';
import { eventually, extension, openVsCode, type Workbench } from './vscode.ts';

const migration = `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    argocd.argoproj.io/hook: PreSync
spec:
  template:
    metadata:
      annotations:
        fake.kubelet/run-for: forever
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: registry.example.com/migrate:1.0.0
`;

const configMap = (name: string, value: string, annotations = '') => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
${annotations}data:
  value: "${value}"
`;

const confirmed = `  annotations:
    argocd.argoproj.io/sync-options: Prune=confirm
`;

const files: Readonly<Record<string, string>> = {
  'argocd/stuck.yaml': application('stuck', source('apps/stuck')),
  'apps/stuck/migrate.yaml': migration,
  'apps/stuck/settings.yaml': configMap('settings', 'one'),
  'argocd/steady.yaml': application(
    'steady',
    source('apps/steady'),
    '    automated:\n      prune: true\n      selfHeal: true\n',
  ),
  'apps/steady/steady.yaml': configMap('steady', 'one'),
  'argocd/double.yaml': application('double', [source('apps/left'), source('apps/right')]),
  'apps/left/left.yaml': configMap('left', 'one'),
  'apps/right/right.yaml': configMap('right', 'one'),
  'argocd/archive.yaml': application('archive', source('apps/archive')),
  'apps/archive/kept.yaml': configMap('kept', 'one'),
  'apps/archive/records.yaml': `${configMap('first', 'one')}---\n${configMap('records', 'one', confirmed)}`,
};

/** What is done more seldom than edit, diff and sync: ending, confirming, comparing two revisions, beginning anew. */
describe('an operator with the sandbox cluster', () => {
  let vscode: Workbench;
  const folder = makeShop();

  beforeAll(async () => {
    for (const [file, text] of Object.entries(files)) write(folder, file, text);
    commit(folder, 'Run more');
    vscode = await openVsCode({ extensions: [extension()], folder, file: 'argocd/web.yaml' });
    await vscode.showView('GitOps');
    await vscode.command('GitOps: Start Sandbox Cluster');
    await eventually(async () => expect(await tree()).toContain('Application archive, Missing, OutOfSync'), 60_000);
  });
  afterAll(() => vscode?.close());

  const tree = async () => (await vscode.treeWords()).join('\n');
  const sync = async (name: string) => {
    await vscode.command('GitOps: Sync…');
    await vscode.answer(name);
    await vscode.panel().getByRole('button', { name: 'Sync', exact: true }).click();
    await eventually(async () => expect(await tree()).toContain(`Application ${name}, Healthy, Synced`), 60_000);
  };

  it('follows the sandbox without a trace in the repository', () => {
    vscode.startCase('no-trace');
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(existsSync(join(folder, '.vscode'))).toBe(false);
  });

  it('ends a sync whose hook never does, and what it waited for is gone', async () => {
    vscode.startCase('terminate');
    await vscode.command('GitOps: Sync…');
    await vscode.answer('stuck');
    const plan = vscode.panel();
    await plan.getByRole('row', { name: /Job \(hook\)/ }).waitFor();
    await plan.getByRole('button', { name: 'Sync', exact: true }).click();
    await eventually(async () => expect(await tree()).toMatch(/Application stuck, .*syncing/), 60_000);
    await eventually(async () => expect(await tree()).toMatch(/Job migrate, running/));
    expect(await vscode.statusBar()).toContain('syncing stuck');
    await vscode.screenshot('60-stuck');
    await vscode.command('GitOps: Terminate Operation');
    await vscode.answer('stuck');
    await plan
      .getByText(/Failed: Operation terminated/)
      .first()
      .waitFor({ timeout: 60_000 });
    await eventually(async () => expect(await tree()).not.toMatch(/Application stuck, .*syncing/));
    await vscode.screenshot('61-terminated');
    await vscode.notified(/Sync of stuck did not succeed: Operation terminated/);
  });

  it('lets an Application sync by itself, sees which ones do, and takes that back', async () => {
    vscode.startCase('automated');
    await vscode.command('GitOps: Turn Automated Sync On or Off…');
    await eventually(async () => expect(await vscode.picks()).toHaveLength(1));
    await vscode.answer('steady');
    await vscode.screenshot('62-automated-question');
    await vscode.dialog('Sync by Itself');
    await eventually(
      async () => expect(await tree()).toContain('Application steady, Healthy, Synced · automated'),
      60_000,
    );
    expect(await tree()).toContain('Sync steady');
    await vscode.screenshot('63-automated');
    await vscode.unfold('Application steady,');
    await vscode.open('apps/steady/steady.yaml');
    await vscode.goTo({ after: 'value: "' });
    await vscode.type('no');
    await eventually(async () => expect(await tree()).toContain('Automated sync waits until steady.yaml is saved.'));
    expect((await tree()).match(/^Sync steady/gm)).toHaveLength(1);
    await vscode.screenshot('63b-automated-waits');
    await vscode.press('Control+s');
    await eventually(async () => expect((await tree()).match(/^Sync steady/gm)).toHaveLength(2), 60_000);
    await vscode.command('GitOps: Turn Automated Sync On or Off…');
    await vscode.answer('steady');
    await eventually(async () => expect(await tree()).toMatch(/^Application steady, Healthy, Synced$/m));
  });

  it('opens the manifest of a resource, at its line', async () => {
    vscode.startCase('open-resource');
    await sync('archive');
    await vscode.closeEditors();
    await vscode.unfold('Application archive,');
    await vscode.menu('ConfigMap records,', 'Open in Editor');
    await eventually(async () => expect(await vscode.activeFile()).toBe('records.yaml'));
    await eventually(async () => expect(await vscode.statusBar()).toContain('Ln 11, Col 9'));
    await vscode.screenshot('64-open-resource');
  });

  it('is asked before anything is pruned, and twice where the manifest wants that', async () => {
    vscode.startCase('prune');
    write(folder, 'apps/archive/records.yaml', configMap('first', 'one'));
    commit(folder, 'Drop the records');
    await eventually(async () => expect(await tree()).toContain('Application archive, Healthy, OutOfSync'), 60_000);
    expect(await tree()).toContain('ConfigMap records, no longer in the manifests');
    await vscode.command('GitOps: Sync…');
    await vscode.answer('archive');
    const plan = vscode.panel();
    await plan.getByLabel('Prune').check();
    await plan.getByText(/wants a confirmation \(Prune=confirm\)/).waitFor();
    expect(await plan.getByRole('button', { name: 'Sync', exact: true }).isDisabled()).toBe(true);
    await vscode.screenshot('65-prune-unconfirmed');
    await plan.getByRole('button', { name: 'Confirm Deletions…' }).click();
    await vscode.dialog('Allow These Deletions');
    await plan.getByRole('row', { name: /prune ConfigMap archive\/records/ }).waitFor();
    await plan.getByRole('button', { name: 'Sync', exact: true }).click();
    await vscode.screenshot('66-prune-question');
    await vscode.dialog('Sync');
    await eventually(async () => expect(await tree()).toContain('Application archive, Healthy, Synced'), 60_000);
    expect(await tree()).not.toContain('ConfigMap records, no longer');
  });

  it('compares any two of editor, work tree, index, commits and the last sync', async () => {
    vscode.startCase('between');
    const between = async (left: string, right: string, revision?: string) => {
      await vscode.command('GitOps: Diff Between…');
      await vscode.answer('archive');
      await vscode.answer(left);
      await vscode.answer(right);
      if (revision !== undefined) await vscode.answer(revision);
    };
    const shows = (left: string, right: string) =>
      eventually(async () => {
        expect((await vscode.diffLines('original')).join('\n')).toContain(`value: ${left}`);
        expect((await vscode.diffLines('modified')).join('\n')).toContain(`value: ${right}`);
      });
    vscode.replace('apps/archive/kept.yaml', 'one', 'staged');
    git(folder, 'add', '.');
    vscode.replace('apps/archive/kept.yaml', 'staged', 'saved');
    await between('Staged', 'Work Tree');
    await shows('staged', 'saved');
    expect(await vscode.activeTitle()).toContain('staged ↔ work tree');
    await between('HEAD', 'Staged');
    await shows('one', 'staged');
    await vscode.screenshot('67-between');
    await between('Last Synced', 'Editor');
    await shows('one', 'saved');
    commit(folder, 'Keep something else');
    await between('Revision…', 'HEAD~1');
    await vscode.answer('HEAD');
    await shows('one', 'saved');
    await between('Live', 'Revision…', 'main');
    await shows('one', 'saved');
    expect((await vscode.diffLines('modified')).join('\n')).toContain('Compared by the API server');
  });

  it('keeps a difference beside the text, where it follows every keystroke', async () => {
    vscode.startCase('diff-follows');
    await vscode.open('apps/archive/kept.yaml');
    await vscode.command('GitOps: Diff with Cluster');
    await eventually(async () => expect(await vscode.activeTitle()).toContain('live ↔ editor'));
    await vscode.command('View: Move Editor into Right Group');
    await vscode.focusGroup(1);
    await vscode.goTo({ after: 'value: "' });
    await vscode.type('un');
    const diff = vscode.page.locator('.editor-group-container').nth(1);
    const shown = async () =>
      (await diff.locator('.editor.modified .view-line').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
    await eventually(async () => expect(await shown()).toContain('value: unsaved'));
    await vscode.type('re');
    await eventually(async () => expect(await shown()).toContain('value: unresaved'));
    await vscode.screenshot('68-diff-follows');
  });

  it('sees what a rollback of several sources would change', async () => {
    vscode.startCase('several-sources');
    await sync('double');
    vscode.replace('apps/left/left.yaml', 'one', 'two');
    vscode.replace('apps/right/right.yaml', 'one', 'two');
    commit(folder, 'Change both');
    await eventually(async () => expect(await tree()).toContain('Application double, Healthy, OutOfSync'), 60_000);
    await sync('double');
    await vscode.closeEditors();
    await vscode.command('GitOps: Rollback…');
    await vscode.answer('double');
    await vscode.chooseFirst();
    await vscode.answer('Roll back the cluster');
    await vscode.panel().getByRole('button', { name: 'Difference of ConfigMap right' }).click();
    await eventually(async () => {
      expect(await vscode.activeTitle()).toContain('live ↔ entry 0 of its history');
      expect((await vscode.diffLines('original')).join('\n')).toContain('value: two');
      expect((await vscode.diffLines('modified')).join('\n')).toContain('value: one');
    });
    await vscode.screenshot('69-several-sources');
  });

  it('begins anew in the sandbox', async () => {
    vscode.startCase('reset');
    await vscode.command('GitOps: Reset Sandbox Cluster…');
    await vscode.screenshot('70-reset-question');
    await vscode.dialog('Reset');
    await eventually(async () => {
      for (const name of ['archive', 'double', 'steady'])
        expect(await tree()).toContain(`Application ${name}, Missing, OutOfSync`);
    }, 60_000);
    await vscode.command('GitOps: Rollback…');
    await vscode.answer('double');
    await vscode.notified(/has no history yet/);
    await vscode.screenshot('71-reset');
  });
});
