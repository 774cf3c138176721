/** 10,000 Applications (matrix of 100 clusters and 100 directories, ten templated strings each): cold, after one keystroke, and natively in Go. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRequest } from '../../server/adapters/golib/frames.ts';
import { Golib } from '../../server/adapters/golib/library.ts';
import { createRenderingStore } from '../../server/core/facts/renderings.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import { type GenerateSources, generateAll } from '../../server/engine/generate.ts';
import { median, megabytes, ms, report, timed } from './measure.ts';

const root = process.argv[2] ?? '.';
const repoURL = 'https://git.example.com/apps.git';
const clusters = Array.from(
  { length: 100 },
  (_, i): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `cluster-${i}`,
      namespace: 'argocd',
      labels: { 'argocd.argoproj.io/secret-type': 'cluster', env: i % 2 ? 'prod' : 'dev' },
    },
    stringData: { name: `cluster-${i}`, server: `https://cluster-${i}.example.com` },
  }),
);
const files = Array.from({ length: 100 }, (_, i) => `apps/app-${String(i).padStart(3, '0')}/kustomization.yaml`);
// The same objects while nothing changes, as the engine gives them: stages compare answers by identity.
const tree = { files };
const projects = [{ metadata: { name: 'default' } }];
const sources: GenerateSources = {
  tree: () => tree,
  file: () => '',
  clusters: () => clusters,
  projects: () => projects,
};

function set(change: string): JsonObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'all', namespace: 'argocd' },
    spec: {
      goTemplate: true,
      generators: [
        {
          matrix: {
            generators: [{ clusters: {} }, { git: { repoURL, revision: 'HEAD', directories: [{ path: 'apps/*' }] } }],
          },
        },
      ],
      template: {
        metadata: {
          name: '{{ .name }}-{{ .path.basename }}',
          labels: { cluster: '{{ .name }}', app: '{{ .path.basename }}', env: '{{ .metadata.labels.env }}' },
          annotations: { short: '{{ .path.basename | trunc 4 }}', where: `{{ .server | upper }}${change}` },
        },
        spec: {
          project: 'default',
          source: { repoURL, targetRevision: 'HEAD', path: '{{ .path.path }}' },
          destination: { server: '{{ .server }}', namespace: '{{ index .path.segments 1 }}' },
          info: [{ name: 'host', value: '{{ .nameNormalized }}' }],
        },
      },
    },
  };
}

const library = new Golib({ wasm: join(root, 'dist/golib/light.wasm.br') });
void library.warmUp();
await library.call([{ op: 'functions', args: {} }]);
const renderings = createRenderingStore();
let count = 0;
const generate = async (change: string) => {
  const generation = await generateAll(set(change), sources, library, { renderings });
  count = generation.applications.length;
};
const before = process.memoryUsage().rss;
const cold = await timed(() => generate(''));
const keys: number[] = [];
for (const letter of 'abcdefghij') keys.push(await timed(() => generate(` ${letter}`)));
const visible: number[] = [];
for (const letter of 'klmnopqrst') {
  visible.push(await timed(() => generateAll(set(` ${letter}`), sources, library, { renderings, window: 100 })));
}
const after = process.memoryUsage().rss;
const native = nativeTime();
report(`Preview of ${count} Applications`, [
  {
    what: 'cold',
    value: ms(cold),
    ...(native && { against: `${ms(native)} for the same templates in native Go`, ratio: cold / native }),
    aim: '≤ 2 s',
  },
  { what: 'after one keystroke in a template, complete', value: ms(median(keys)) },
  { what: 'after one keystroke, names and first screen', value: ms(median(visible)), aim: '< 100 ms' },
  { what: 'memory for parameters and results', value: megabytes(after - before) },
]);
await library.dispose();

/** The library's own native program on the same batch, its start and the decoding of its input included. */
function nativeTime(): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-bench-'));
  try {
    const program = join(folder, 'golib');
    const built = spawnSync('go', ['build', '-o', program, './light'], {
      cwd: join(root, 'server/golib'),
      encoding: 'utf8',
    });
    if (built.status !== 0) return undefined;
    const params = clusters.flatMap((_, c) =>
      files.map(file => {
        const path = file.slice(0, file.lastIndexOf('/'));
        return {
          name: `cluster-${c}`,
          nameNormalized: `cluster-${c}`,
          server: `https://cluster-${c}.example.com`,
          project: '',
          metadata: { labels: { env: c % 2 ? 'prod' : 'dev', 'argocd.argoproj.io/secret-type': 'cluster' } },
          path: { path, basename: path.slice(5), basenameNormalized: path.slice(5), segments: path.split('/') },
        };
      }),
    );
    const templates = [
      '{{ .name }}-{{ .path.basename }}',
      '{{ .name }}',
      '{{ .path.basename }}',
      '{{ .metadata.labels.env }}',
      '{{ .path.basename | trunc 4 }}',
      '{{ .server | upper }}',
      '{{ .path.path }}',
      '{{ .server }}',
      '{{ index .path.segments 1 }}',
      '{{ .nameNormalized }}',
    ];
    const request = encodeRequest([{ op: 'templates', args: { mode: 'go', options: [], templates, params } }]);
    const times = [0, 1, 2].map(() => {
      const start = performance.now();
      spawnSync(program, [], { input: request, maxBuffer: 1 << 30 });
      return performance.now() - start;
    });
    return median(times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
