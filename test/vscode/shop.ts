/** A small GitOps repository of the suites' own: one Application with a Deployment, a Service, a ConfigMap and a Secret, and two commits. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = 'https://git.example.com/team/shop.git';

export interface Source {
  readonly repoURL: string;
  readonly targetRevision: string;
  readonly path: string;
}

/** A folder of the repository itself. */
export const source = (path: string): Source => ({ repoURL: repository, targetRevision: 'main', path });

/** Of one source, or of several; `policy` is added to its `syncPolicy`. */
export const application = (name: string, from: Source | readonly Source[], policy = '') => {
  const list = 'path' in from ? undefined : from;
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
  namespace: argocd
spec:
  project: shop
  ${list ? 'sources' : 'source'}:
${(list ?? [from as Source]).map(it => sourceText(it, list ? '  - ' : '    ')).join('')}\
  destination:
    server: https://kubernetes.default.svc
    namespace: ${name}
  syncPolicy:
    syncOptions:
      - CreateNamespace=true
${policy}`;
};

const sourceText = (it: Source, head: string) =>
  Object.entries(it)
    .map(([key, value], i) => `${i === 0 ? head : '    '}${key}: ${value}\n`)
    .join('');

const deployment = (name: string, replicas: number, image: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: ${name}
          image: ${image}
`;

const files: Readonly<Record<string, string>> = {
  'argocd/web.yaml': application('web', source('apps/web')),
  'argocd/reports.yaml': application('reports', source('apps/reports')),
  'apps/web/deployment.yaml': deployment('web', 2, 'registry.example.com/web:1.0.0'),
  'apps/web/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`,
  'apps/web/secret.yaml': `apiVersion: v1
kind: Secret
metadata:
  name: web
data:
  password: c3dvcmRmaXNo
`,
  'apps/reports/configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: reports
data:
  schedule: daily
`,
};

export function makeShop(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'gitops-workbench-shop-')), 'shop');
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) write(folder, file, text);
  git(folder, 'init', '--quiet', '--initial-branch=main', '--template=');
  git(folder, 'remote', 'add', 'origin', repository);
  commit(folder, 'Run the shop');
  return folder;
}

export function write(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

export function commit(folder: string, message: string): void {
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', message);
}

export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
}
