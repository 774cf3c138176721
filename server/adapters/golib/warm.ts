import type { LibraryCall } from '../../core/facts/facts.ts';

/**
 * Calls that walk the paths which real ones take. The first run of any Go code in an instance is several times slower than the next, and some
 * of it reads what stays: Kustomize its schemas of Kubernetes, which takes seconds.
 */
export const warmCalls: Readonly<Record<'light' | 'helm' | 'kustomize' | 'jsonnet', readonly LibraryCall[]>> = {
  light: templates(),
  helm: [{ op: 'helmTemplate', args: chart() }],
  kustomize: [
    {
      op: 'kustomizeEdit',
      args: { files: overlay(), path: '/over', commands: [['set', 'nameprefix', '--', 'warm-']] },
    },
    { op: 'kustomizeBuild', args: { files: overlay(), path: '/over' } },
  ],
  jsonnet: [
    {
      op: 'jsonnet',
      args: { files: { '/a.jsonnet': '{ a: 1 }' }, path: '/a.jsonnet', tlas: [], extVars: [], libs: [] },
    },
  ],
};

function templates(): readonly LibraryCall[] {
  const params = [{ name: 'warm', path: { basename: 'up', segments: ['a'] } }];
  const go = ['{{ .name | upper }}-{{ .path.basename | normalize }}', '{{ range .path.segments }}{{ . }}{{ end }}'];
  return [
    { op: 'templates', args: { mode: 'go', options: ['missingkey=error'], templates: go, params } },
    { op: 'templates', args: { mode: 'fast', templates: ['{{name}}'], params } },
  ];
}

function chart() {
  return {
    releaseName: 'warm',
    namespace: 'up',
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: warm\nversion: 1.0.0\n',
      'values.yaml': 'image: {tag: "1"}\nlist: [a]\n',
      'templates/_helpers.tpl': '{{- define "warm.name" -}}{{ .Release.Name | trunc 63 }}{{- end }}\n',
      'templates/all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ include "warm.name" . }}}
data:
  tag: {{ .Values.image.tag | quote }}
  list: {{ toYaml .Values.list | nindent 4 }}
  {{- range $at, $it := .Values.list }}
  {{ $it }}: {{ default "x" $it | quote }}
  {{- end }}
`,
    },
  };
}

/** With a patch and a namespace, because these ask the schemas. */
function overlay() {
  return {
    '/base/kustomization.yaml':
      'resources: [deployment.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=1]}]\n',
    '/base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: warm}
spec:
  template:
    spec:
      containers: [{name: main, image: nginx, envFrom: [{configMapRef: {name: settings}}]}]
`,
    '/over/kustomization.yaml': `resources: [../base]
namespace: up
labels: [{pairs: {env: warm}, includeSelectors: true}]
images: [{name: nginx, newTag: "2"}]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: warm}
    spec: {replicas: 2, template: {spec: {containers: [{name: main, tty: true}]}}}
`,
  };
}
