import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, extension, openVsCode, type Workbench } from './vscode.ts';

/** What an author of manifests sees, with the packaged extension and the sample repository. */
describe('an author', () => {
  let vscode: Workbench;

  beforeAll(async () => {
    vscode = await openVsCode({ extensions: [extension()], file: 'README.md' });
  });
  afterAll(() => vscode?.close());

  it('sees a squiggle under a mistake, and its message over it', async () => {
    vscode.startCase('message');
    await vscode.open('mistakes/application.yaml');
    await eventually(async () => expect((await vscode.squiggles()).errors).toBeGreaterThan(0));
    const message = await vscode.hover('sync-wav:');
    expect(message).toContain('Did you mean "argocd.argoproj.io/sync-wave"?');
    expect(message).toContain('unknown-annotation');
    await vscode.screenshot('01-message');
  });

  it('reads all findings of a file in the Problems view', async () => {
    vscode.startCase('problems');
    await vscode.open('mistakes/application.yaml');
    await eventually(async () => {
      const problems = (await vscode.problems()).join('\n');
      expect(problems).toContain('Unknown field "prunee" in spec.syncPolicy.automated. Did you mean "prune"?');
      expect(problems).toContain('spec.syncPolicy.automated.selfHeal must be a boolean');
      expect(problems).toContain('CreateNamespaces=true');
    });
    await vscode.screenshot('02-problems');
    await vscode.closePanel();
  });

  it('repairs a mistake by its quick fix', async () => {
    vscode.startCase('fix');
    await vscode.open('mistakes/application.yaml');
    await eventually(async () => expect((await vscode.squiggles()).warnings).toBeGreaterThan(0));
    expect((await vscode.quickFixes('sync-wav:')).join()).toContain('argocd.argoproj.io/sync-wave');
    await vscode.screenshot('03-quick-fixes');
    await vscode.chooseFix('argocd.argoproj.io/sync-wave');
    await eventually(async () => expect(await vscode.lines()).toContain("    argocd.argoproj.io/sync-wave: '3'"));
    await eventually(async () => expect((await vscode.problems()).join()).not.toContain('sync-wav"'));
    await vscode.closePanel();
    await vscode.screenshot('04-fixed');
  });

  it('sees above a set how many Applications it makes, and the number follows the typing', async () => {
    vscode.startCase('count');
    await vscode.open('applicationsets/shop.yaml');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toContain('3 Applications'));
    await vscode.screenshot('05-count');
    await vscode.goTo({ after: '- path: apps/' });
    await vscode.type('c');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toMatch(/\b1 Application\b/));
    await vscode.screenshot('06-count-after-typing');
  });

  it('has the generated Applications beside the text, live', async () => {
    vscode.startCase('preview');
    await vscode.open('applicationsets/shop.yaml');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toContain('3 Applications'));
    await vscode.clickLens(/3 Applications/);
    await eventually(async () => expect((await vscode.lines(2)).join('\n')).toContain('name: shop-checkout'));
    await vscode.screenshot('07-preview');
    await vscode.focusGroup(1);
    await vscode.goTo({ after: "name: 'shop-" });
    await vscode.type('eu-');
    await eventually(async () => expect((await vscode.lines(2)).join('\n')).toContain('name: shop-eu-checkout'));
    await vscode.screenshot('08-preview-follows');
  });

  it('has the Applications of another revision beside the text', async () => {
    vscode.startCase('revision');
    await vscode.open('applicationsets/shop.yaml');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toContain('3 Applications'));
    await vscode.command('GitOps: Preview Generated Applications at a Revision…');
    await vscode.answer('v2.4.0');
    await eventually(async () => expect((await vscode.lines(2)).join('\n')).toContain('name: shop-guestbook'));
    expect((await vscode.lines(2)).join('\n')).toContain('2 Applications');
    await vscode.screenshot('09-revision');
  });

  it('completes the parameters that really exist, inside a template', async () => {
    vscode.startCase('completion');
    await vscode.open('applicationsets/addons.yaml');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toContain('3 Applications'));
    await vscode.goTo({ after: "releaseName: '{{." });
    await vscode.press('Control+Delete');
    await eventually(async () => {
      const offered = (await vscode.completions()).join('\n');
      expect(offered).toContain('version');
      expect(offered).toContain('namespace');
    });
    await vscode.screenshot('10-completion');
    await vscode.type('names');
    await vscode.accept('namespace');
    await eventually(async () => expect((await vscode.lines()).join('\n')).toContain("'{{.namespace | trunc 20}}'"));
  });

  it('completes functions with their signatures', async () => {
    vscode.startCase('functions');
    await vscode.open('applicationsets/addons.yaml');
    await vscode.goTo({ after: "releaseName: '{{.name | " });
    await vscode.press('Control+Delete');
    await vscode.type('trun');
    await eventually(async () => expect((await vscode.completions()).join('\n')).toContain('trunc'));
    await vscode.screenshot('11-functions');
  });

  it('reads over an expression which values it takes, and beside it the first result', async () => {
    vscode.startCase('hover');
    await vscode.open('applicationsets/environments.yaml');
    await eventually(async () => expect((await vscode.inlayHints()).join()).toContain('payments-production-eu'));
    const text = await vscode.hover({ after: "domain: '{{.dom" });
    expect(text).toContain('eu.shop.example.com');
    expect(text).toContain('us.shop.example.com');
    await vscode.screenshot('12-hover');
  });

  it('finds in the tree why each Application exists', async () => {
    vscode.startCase('tree');
    await vscode.open('applicationsets/regions.yaml');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toContain('6 Applications'));
    await vscode.showView('GitOps');
    await eventually(async () => expect((await vscode.treeItems()).join('\n')).toMatch(/regions\s*6 Applications/));
    await vscode.expandTreeItem('regions');
    await eventually(async () => expect((await vscode.treeItems()).join('\n')).toContain('checkout-production-eu'));
    await vscode.expandTreeItem('checkout-production-eu');
    await eventually(async () => {
      const items = (await vscode.treeItems()).join('\n');
      expect(items).toContain('apps/checkout');
      expect(items).toMatch(/clusters?.*production-eu|production-eu.*clusters?/);
    });
    await vscode.screenshot('13-tree');
    await vscode.showView('Explorer');
  });

  it('goes from a reason to the Secret behind it, and from a project’s name to the project', async () => {
    vscode.startCase('navigation');
    await vscode.open('applicationsets/regions.yaml');
    await eventually(async () => expect((await vscode.codeLenses()).join()).toContain('6 Applications'));
    await vscode.showView('GitOps');
    await vscode.expandTreeItem('regions');
    await vscode.expandTreeItem('checkout-production-eu');
    await vscode.clickTreeItem(/^\s*cluster production-eu/);
    await eventually(async () => expect(await vscode.activeFile()).toBe('production-eu.yaml'));
    await vscode.showView('Explorer');
    await vscode.open('bootstrap/root.yaml');
    await vscode.goTo({ after: 'project: pla' });
    await vscode.press('F12');
    await eventually(async () => expect(await vscode.activeFile()).toBe('platform.yaml'));
    await eventually(async () => expect(await vscode.lines()).toContain('kind: AppProject'));
    await vscode.screenshot('14-navigation');
  });

  it('completes and explains fields by their schema', async () => {
    vscode.startCase('schema');
    await vscode.open('bootstrap/root.yaml');
    expect(await vscode.hover('selfHeal')).toMatch(/self.?heal/i);
    await vscode.screenshot('15-schema-hover');
    await vscode.press('Escape');
    await vscode.goTo({ after: 'selfHeal: true' });
    await vscode.press('Enter');
    await vscode.type('allow');
    await eventually(async () => expect((await vscode.completions()).join('\n')).toContain('allowEmpty'));
    await vscode.screenshot('16-schema-completion');
  });

  it('reads the words of the Rollouts controller', async () => {
    vscode.startCase('rollout');
    await vscode.open('mistakes/rollout.yaml');
    await eventually(async () => {
      const problems = (await vscode.problems()).join('\n');
      expect(problems).toContain('`selector` does not match template `labels`');
      expect(problems).toContain('SetWeight needs to be between 0 and 100');
    });
    await vscode.screenshot('17-rollout');
    await vscode.closePanel();
  });

  it('reads why Argo CD would refuse a set', async () => {
    vscode.startCase('template');
    await vscode.open('mistakes/applicationset.yaml');
    await eventually(async () => {
      const problems = (await vscode.problems()).join('\n');
      expect(problems).toContain('map has no entry for key "tennant"');
      expect(problems).toContain('function "uppper" not defined');
      expect(problems).toContain('contains applications with duplicate name: tenant-yellow');
    });
    await vscode.screenshot('18-template');
    await vscode.closePanel();
  });

  // The mistakes are opened last: once their findings are there, those of the files opened before would be there too.
  it.each(['docker-compose.yaml', '.gitlab-ci.yml', 'charts/payments/templates/deployment.yaml'])(
    'sees nothing at all in %s',
    async file => {
      vscode.startCase(`quiet-${file.replaceAll('/', '-')}`);
      await vscode.open('mistakes/rollout.yaml');
      await vscode.open(file);
      expect(await vscode.codeLenses()).toEqual([]);
      await vscode.screenshot(`19-quiet-${file.replaceAll('/', '-')}`);
      await vscode.open('mistakes/application.yaml');
      await eventually(async () => expect((await vscode.problems()).join()).toContain('sync-wav'));
      expect(await vscode.problemFiles()).toEqual(expect.arrayContaining(['application.yaml', 'rollout.yaml']));
      expect((await vscode.problemFiles()).filter(it => file.endsWith(it))).toEqual([]);
      await vscode.closePanel();
    },
  );
});
