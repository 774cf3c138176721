/** A chart of twenty templates and an overlay of thirty resources, warm, against processes of helm and kustomize. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Tools } from '../../server/adapters/golib/tools.ts';
import type { Json } from '../../server/core/text/json.ts';
import { nativeTools } from '../support/nativeTools.mjs';
import { compare, ms, type Row, report, timed } from './measure.ts';

const root = process.argv[2] ?? '.';
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

const helpers = `{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
`;
const template = (i: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-${i}
  labels: {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 2 }}
  selector:
    matchLabels: {{- include "shop.labels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "shop.labels" . | nindent 8 }}
    spec:
      containers:
        - name: main
          image: "{{ .Values.image }}:{{ .Chart.AppVersion }}"
          env: {{- range $k, $v := .Values.env }}
            - {name: {{ $k }}, value: {{ $v | quote }}}
          {{- end }}
`;
const chart: Record<string, string> = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: "1"\n',
  'values.yaml': 'image: nginx\nenv: {A: "1", B: "2", C: "3"}\n',
  'templates/_helpers.tpl': helpers,
  ...Object.fromEntries(numbers(20).map(i => [`templates/d${i}.yaml`, template(i)])),
};
const resource = (i: number): string =>
  i % 3 === 0
    ? `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d${i}}\nspec:\n  template:\n    spec:\n      containers: [{name: main, image: nginx, envFrom: [{configMapRef: {name: settings}}]}]\n`
    : `apiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\nspec:\n  ports: [{port: ${8000 + i}}]\n`;
const overlay: Record<string, string> = {
  'base/kustomization.yaml': `resources:\n${numbers(30)
    .map(i => `- r${i}.yaml\n`)
    .join('')}configMapGenerator:\n- {name: settings, literals: [a=1]}\n`,
  ...Object.fromEntries(numbers(30).map(i => [`base/r${i}.yaml`, resource(i)])),
  'over/kustomization.yaml':
    'resources: [../base]\nnamePrefix: prod-\nnamespace: prod\nlabels: [{pairs: {env: prod}, includeSelectors: true}]\nimages: [{name: nginx, newTag: "2"}]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /spec/replicas, value: 3}\n',
};

const programs = nativeTools();
const folder = await mkdtemp(path.join(tmpdir(), 'gitops-bench-'));
const tools = new Tools({ wasm: path.join(root, 'dist/golib/heavy.wasm.br') });
try {
  await put(path.join(folder, 'chart'), chart);
  await put(path.join(folder, 'repo'), overlay);
  const inRepo = Object.fromEntries(Object.entries(overlay).map(([name, text]) => [`/repo/${name}`, text]));
  const helm = () => print('helmTemplate', { files: chart, releaseName: 'demo', namespace: 'prod' });
  const kustomize = () => print('kustomizeBuild', { files: inRepo, path: '/repo/over' });
  const firstChart = await timed(helm);
  const firstOverlay = await timed(kustomize);
  const rows: Row[] = [
    { what: 'first chart, with loading the module', value: ms(firstChart) },
    { what: 'first kustomization', value: ms(firstOverlay) },
  ];
  if (!programs) process.stderr.write('skipped: render: no programs (node test/support/nativeTools.mjs builds them)\n');
  else {
    const chartFolder = path.join(folder, 'chart');
    const argumentsOfHelm = ['template', '.', '--name-template', 'demo', '--namespace', 'prod'];
    const [ofHelm, ofKustomize] = [
      await compare(15, helm, () => start(programs.helm, argumentsOfHelm, chartFolder)),
      await compare(15, kustomize, () => start(programs.kustomize, ['build', 'over'], path.join(folder, 'repo'))),
    ];
    rows.push(
      { what: 'chart of 20 templates, warm', ...against(ofHelm, '`helm template`'), aim: '≤ 0.5' },
      { what: 'overlay of 30 resources, warm', ...against(ofKustomize, '`kustomize build`'), aim: '≤ 1.2' },
    );
  }
  report('Rendering', rows);
} finally {
  await tools.dispose();
  await rm(folder, { recursive: true, force: true });
}

function against({ ours, theirs, ratio }: Awaited<ReturnType<typeof compare>>, program: string) {
  return { value: ms(ours), against: `${ms(theirs)} of ${program}`, ratio };
}

async function print(op: string, args: Json): Promise<void> {
  const [result] = await tools.call([{ op, args }]);
  if (result?.ok !== true) throw new Error(result?.error);
  const value = result.value as { readonly error?: string };
  if (value.error !== undefined) throw new Error(value.error);
}

async function start(program: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(program, args, { cwd, maxBuffer: 64 << 20 });
}

async function put(base: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(base, name)), { recursive: true });
    await writeFile(path.join(base, name), text);
  }
}
