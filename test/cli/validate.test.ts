import { beforeAll, describe, expect, it } from 'vitest';
import { buildCli, cli } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

beforeAll(buildCli, 300_000);

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: guestbook, namespace: argocd }
spec:
  project: default
  source: { repoURL: https://git.example.com/a.git, targetRevision: HEAD, path: guestbook }
  destination: { server: https://kubernetes.default.svc, namespace: default }
`;
const wrong = application.replace('  project: default\n', '  project: default\n  "syncPolicyé😀": {}\n');
const worse = application.replace('project: default', 'project: [default]');

describe('validate', () => {
  it('is silent on what is right and on what is not ours', async () => {
    const root = folderWith({
      'app.yaml': application,
      'compose.yaml': 'services: { web: { image: nginx, ports: ["80:80"] } }\n',
      'values.yaml': 'replicas: 3\n',
      'chart/templates/app.yaml': 'name: {{ .Values.name }}\n',
    });
    const { status, out } = await cli(root, ['validate', '.', '--output', 'json']);
    expect(JSON.parse(out)).toMatchObject({ findings: [], summary: { files: 4, errors: 0, warnings: 0 } });
    expect(status).toBe(0);
  });

  it('tells file, document, code, severity, message, pointer and range', async () => {
    const root = folderWith({ 'apps/app.yaml': `a: 1\n---\n${worse}` });
    const { status, out } = await cli(root, ['validate', 'apps', '--output', 'json']);
    const { findings, summary } = JSON.parse(out);
    expect(findings).toEqual([
      {
        file: 'apps/app.yaml',
        document: 1,
        code: 'wrong-type',
        severity: 'error',
        message: expect.stringContaining('spec.project'),
        path: '/spec/project',
        range: { start: { line: 6, character: 11 }, end: { line: 6, character: 20 } },
      },
    ]);
    expect(summary).toEqual({ files: 1, documents: 2, errors: 1, warnings: 0 });
    expect(status).toBe(1);
  });

  it('counts UTF-16 units', async () => {
    const root = folderWith({ 'app.yaml': wrong });
    const { findings } = JSON.parse((await cli(root, ['validate', 'app.yaml', '--output', 'json'])).out);
    expect(findings[0].range).toEqual({ start: { line: 5, character: 2 }, end: { line: 5, character: 17 } });
  });

  it('fails from the severity that is asked for', async () => {
    const root = folderWith({ 'warning.yaml': wrong, 'error.yaml': worse });
    const status = async (...args: string[]) => (await cli(root, ['validate', ...args])).status;
    expect(await status('warning.yaml')).toBe(0);
    expect(await status('warning.yaml', '--fail-on', 'warning')).toBe(1);
    expect(await status('error.yaml')).toBe(1);
  });

  it('writes lines for people, and for GitHub', async () => {
    const root = folderWith({ 'a,b.yaml': worse });
    const text = await cli(root, ['validate', 'a,b.yaml']);
    expect(text.out).toMatch(
      /^a,b\.yaml:5:12: error wrong-type: spec\.project .+\n1 file, 1 document: 1 error, 0 warnings\n$/,
    );
    const github = await cli(root, ['validate', 'a,b.yaml', '--output', 'github']);
    expect(github.out).toMatch(
      /^::error file=a%2Cb\.yaml,line=5,endLine=5,col=12,endColumn=21,title=wrong-type::spec\.project/,
    );
  });

  it('writes SARIF with rules and help', async () => {
    const root = folderWith({ 'sub dir/a.yaml': worse });
    const sarif = JSON.parse((await cli(root, ['validate', '.', '--output', 'sarif'])).out);
    expect(sarif.version).toBe('2.1.0');
    const [run] = sarif.runs;
    expect(run.tool.driver.rules[0]).toMatchObject({
      id: 'wrong-type',
      helpUri: expect.stringMatching(/^https:.+\/docs\/rules\/wrong-type\.md$/),
    });
    expect(run.results[0]).toMatchObject({
      ruleId: 'wrong-type',
      ruleIndex: 0,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'sub%20dir/a.yaml' },
            region: { startLine: 5, startColumn: 12, endLine: 5, endColumn: 21 },
          },
        },
      ],
    });
  });

  it('reads standard input as one of its files', async () => {
    const root = folderWith({ 'good.yaml': application });
    const { out } = await cli(root, ['validate', 'good.yaml', '-', '--output', 'json'], worse);
    const { findings, summary } = JSON.parse(out);
    expect(summary.files).toBe(2);
    expect(findings).toContainEqual(expect.objectContaining({ file: '-', code: 'wrong-type' }));
  });

  it('names each file once, in order, whatever the arguments repeat', async () => {
    const root = folderWith({ 'b/x.yaml': worse, 'a/y.yaml': worse });
    const { out } = await cli(root, ['validate', 'b', '.', './b/x.yaml', '--output', 'json']);
    const { findings, summary } = JSON.parse(out);
    expect(summary.files).toBe(2);
    expect([...new Set(findings.map((it: { file: string }) => it.file))]).toEqual(['b/x.yaml', 'a/y.yaml']);
  });

  it('has nothing to do in an empty folder, and cannot do it in none', async () => {
    const root = folderWith({});
    expect((await cli(root, ['validate', '.'])).out).toBe('0 files, 0 documents: 0 errors, 0 warnings\n');
    const none = await cli(root, ['validate', 'gone']);
    expect([none.status, none.err]).toEqual([2, 'gitops-workbench: gone does not exist.\n']);
  });
});
