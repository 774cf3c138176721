import { beforeAll, describe, expect, it } from 'vitest';
import { buildCli, cli } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

beforeAll(buildCli, 300_000);

const desired = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: 'web:2', resources: { requests: { cpu: 0.5 } } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { colour: red }
---
apiVersion: v1
kind: Secret
metadata: { name: login, namespace: shop }
stringData: { user: admin, password: hunter2 }
---
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop, annotations: { argocd.argoproj.io/hook: PreSync } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: migrate, image: 'web:2' }] } } }
`;

const live = `apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web, namespace: shop, uid: u1, resourceVersion: '7', generation: 2 }
    spec:
      replicas: 3
      revisionHistoryLimit: 10
      progressDeadlineSeconds: 600
      strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 25%, maxUnavailable: 25% } }
      selector: { matchLabels: { app: web } }
      template:
        metadata: { labels: { app: web } }
        spec:
          restartPolicy: Always
          containers: [{ name: web, image: 'web:1', resources: { requests: { cpu: 500m } } }]
    status: { replicas: 3 }
  - apiVersion: v1
    kind: Secret
    metadata: { name: login, namespace: shop }
    data: { user: YWRtaW4=, password: c3dvcmRmaXNo }
    type: Opaque
  - apiVersion: v1
    kind: Service
    metadata: { name: old, namespace: shop, finalizers: [example.com/wait] }
    spec: { ports: [{ port: 80 }] }
`;

interface Diff {
  readonly resources: readonly {
    readonly kind: string;
    readonly status: string;
    readonly modified: boolean;
    readonly live: { readonly data?: unknown } | null;
    readonly predicted: { readonly data?: unknown } | null;
  }[];
  readonly findings: readonly unknown[];
}

const files = { 'desired.yaml': desired, 'live.yaml': live };
const between = ['--desired', 'desired.yaml', '--live', 'live.yaml'];

describe('a diff between two files', () => {
  it('tells which resources differ, as Argo CD would', async () => {
    const { status, out } = await cli(await folderWith(files), ['diff', ...between, '--output', 'json']);
    const told: Diff = JSON.parse(out);
    expect(status).toBe(1);
    expect(told.findings).toEqual([]);
    expect(
      told.resources.map(it => [it.kind, it.status, it.modified, it.live !== null, it.predicted !== null]),
    ).toEqual([
      ['Deployment', 'OutOfSync', true, true, true],
      ['ConfigMap', 'OutOfSync', true, false, true],
      ['Secret', 'OutOfSync', true, true, true],
      ['Service', 'OutOfSync', false, true, false],
    ]);
  });

  it('masks the values of Secrets and still shows which of them changed', async () => {
    const { out } = await cli(await folderWith(files), ['diff', ...between, '--output', 'json']);
    const told: Diff = JSON.parse(out);
    const secret = told.resources.find(it => it.kind === 'Secret');
    expect(secret?.live?.data).toEqual({ user: '++++++++', password: '++++++++++++' });
    expect(secret?.predicted?.data).toEqual({ user: '++++++++', password: '++++++++' });
    expect(out).not.toMatch(/hunter2|aHVudGVyMg|c3dvcmRmaXNo|swordfish/);
  });

  it('is a unified diff to people', async () => {
    const { out } = await cli(await folderWith(files), ['diff', ...between]);
    expect(out).toContain('--- live/Deployment/shop/web');
    expect(out).toContain('-        - image: web:1\n+        - image: web:2\n');
    expect(out).toContain('Service/shop/old: not in the manifests, requires pruning');
    expect(out).toMatch(/4 OutOfSync, 0 Synced\n$/);
  });

  it('ignores what the Application and argocd-cm say', async () => {
    const folder = await folderWith({
      ...files,
      'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop }
spec:
  destination: { namespace: shop }
  ignoreDifferences:
    - { group: apps, kind: Deployment, jqPathExpressions: ['.spec.template.spec.containers[] | select(.name == "web") | .image'] }
`,
      'settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: argocd-cm }
data:
  resource.customizations.ignoreDifferences.Secret: |
    jsonPointers: [/data/password]
`,
    });
    const args = ['--application', 'app.yaml', '--settings', 'settings.yaml', '--output', 'json'];
    const told: Diff = JSON.parse((await cli(folder, ['diff', ...between, ...args])).out);
    expect(told.resources.filter(it => it.status === 'Synced').map(it => it.kind)).toEqual(['Deployment', 'Secret']);
  });

  it('ends with 0 where nothing differs, and with 2 where a file is missing', async () => {
    const folder = await folderWith(files);
    const same = ['diff', '--desired', 'live.yaml', '--live', 'live.yaml'];
    expect((await cli(folder, same)).status).toBe(0);
    const { status, err } = await cli(folder, ['diff', '--desired', 'desired.yaml', '--live', 'gone.yaml']);
    expect([status, err]).toEqual([2, expect.stringContaining('gone.yaml does not exist')]);
  });
});

describe('a plan between two files', () => {
  const stepsOf = async (...more: readonly string[]) => {
    const { out, status } = await cli(await folderWith(files), ['plan', ...between, '--output', 'json', ...more]);
    const plan: {
      steps: { phase: string; action: string; kind: string }[];
      refusals: unknown[];
      warnings: string[];
    } = JSON.parse(out);
    return { ...plan, status, told: plan.steps.map(it => `${it.phase} ${it.action} ${it.kind}`) };
  };

  it('has its steps in the order in which they run', async () => {
    const { told, refusals, status } = await stepsOf();
    expect(told).toEqual([
      'PreSync hook Job',
      'Sync update Secret',
      'Sync create ConfigMap',
      'Sync keep Service',
      'Sync update Deployment',
    ]);
    expect([refusals, status]).toEqual([[], 0]);
  });

  it('prunes only when told to, and says what may hold it up', async () => {
    const { told, warnings } = await stepsOf('--prune');
    expect(told).toContain('Sync prune Service');
    expect(warnings).toEqual(['Service shop/old goes only when its finalizers are done: example.com/wait.']);
  });

  it('prunes by itself where the automated sync of the Application would', async () => {
    const automated = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop }
spec: { destination: { namespace: shop }, syncPolicy: { automated: { prune: true }, syncOptions: [PruneLast=true] } }
`;
    const folder = await folderWith({ ...files, 'app.yaml': automated });
    const { out } = await cli(folder, ['plan', ...between, '--application', 'app.yaml']);
    expect(out).toMatch(
      /Sync, wave 0\n(.*\n)+Sync, wave 1\n {2}prune Service shop\/old: not in the manifests any more\n/,
    );
  });
});
