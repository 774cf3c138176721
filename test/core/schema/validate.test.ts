import { describe, expect, it } from 'vitest';
import { schemaProblemsIn } from '../../../server/core/schema/problems.ts';
import { fixed } from '../../support/check.ts';
import { checkSchema, newest, schemaCodes } from '../../support/schemas.ts';

const context = { schemaProblems: schemaProblemsIn(newest) };

describe('unknown fields', () => {
  it('offers the field that was meant', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: guestbook }
spec:
  project: default
  destination: { server: https://kubernetes.default.svc }
  syncPolicy:
    automated:
      prunee: true
     #^^^^^^ unknown-field: Unknown field "prunee" in spec.syncPolicy.automated. Did you mean "prune"?
`);
  });

  it('tells where a field belongs that stands one level too high or too low', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: guestbook }
spec:
  project: default
  destination: { server: https://kubernetes.default.svc }
  syncPolicy:
    prune: true
   #^^^^^ unknown-field: Unknown field "prune" in spec.syncPolicy. It belongs in spec.syncPolicy.automated; here the API server drops it.
    automated:
      syncOptions: [CreateNamespace=true]
     #^^^^^^^^^^^ unknown-field: Unknown field "syncOptions" in spec.syncPolicy.automated. It belongs in spec.syncPolicy; here the API server drops it.
`);
  });

  it('counts list entries when it goes up', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: guestbook }
spec:
  generators:
    - git:
        repoURL: https://example.com/apps.git
        revision: main
        goTemplate: true
       #^^^^^^^^^^ unknown-field: Unknown field "goTemplate" in spec.generators[0].git. It belongs in spec; here the API server drops it.
  template:
    metadata: { name: x }
    spec: { project: default, destination: {} }
`);
  });

  it('renames by the quick fix', () => {
    const text = `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: { name: team }
spec:
  sourceRepo: ['*'] # all
`;
    expect(fixed(text, 'unknown-field', context)).toBe(text.replace('sourceRepo', 'sourceRepos'));
  });

  it('says nothing of what the API server keeps as it is', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: guestbook }
spec:
  project: default
  destination: { name: in-cluster }
  source:
    repoURL: https://example.com/apps.git
    helm:
      valuesObject: { anything: [1, two, { three: null }] }
status: { whatever: [1] }
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: set }
spec:
  generators:
    - list: { elements: [{ a: 1, b: { c: [true] } }] }
    - plugin: { configMapRef: { name: p }, input: { parameters: { any: { depth: 1 } } } }
  template:
    metadata: { name: '{{.a}}' }
    spec: { project: default, destination: {} }
`);
  });

  it('says nothing of kinds without a schema, or of files that are not ours', () => {
    checkSchema(`
apiVersion: example.com/v1
kind: Widget
metadata: { annotations: { argocd.argoproj.io/sync-wave: '1' } }
spec: { sise: 3 }
---
services: { web: { imagee: nginx } }
`);
  });
});

describe('wrong types', () => {
  it('shows the type that is expected', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: 12
       #^^ wrong-type: metadata.name must be a string, not the number 12. Put it in quotes.
  annotations:
    argocd.argoproj.io/sync-wave: 1
                                 #^ wrong-type: metadata.annotations[argocd.argoproj.io/sync-wave] must be a string, not the number 1. Put it in quotes.
spec:
  project: default
  destination: https://kubernetes.default.svc
              #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ wrong-type: spec.destination must be an object, not the string "https://kubernetes.default.svc".
  revisionHistoryLimit: "3"
                       #^^^ wrong-type: spec.revisionHistoryLimit must be an integer, not the string "3".
  syncPolicy:
    automated: { prune: 'yes' }
                       #^^^^^ wrong-type: spec.syncPolicy.automated.prune must be a boolean (true or false), not the string "yes".
    syncOptions: Replace=true
                #^^^^^^^^^^^^ wrong-type: spec.syncPolicy.syncOptions must be a list, not the string "Replace=true".
`);
  });

  it('explains that only strings can be templates', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: set }
spec:
  generators: []
  template:
    metadata: { name: '{{.name}}' }
    spec:
      project: '{{.project}}'
      destination: { server: '{{.server}}' }
      syncPolicy:
        automated: { prune: '{{.prune}}' }
                           #^^^^^^^^^^^^ wrong-type: spec.template.spec.syncPolicy.automated.prune must be a boolean (true or false), not the string "{{.prune}}". Only strings can be templates; set this field with spec.templatePatch.
`);
  });

  it('repairs quoted booleans and numbers, unquoted texts, and single list entries', () => {
    const application = (spec: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: a\nspec:\n  project: default\n  destination: {}\n${spec}`;
    const repaired = (before: string, after: string) =>
      expect(fixed(application(before), 'wrong-type', context)).toBe(application(after));
    repaired("  syncPolicy:\n    automated: { prune: 'yes' }\n", '  syncPolicy:\n    automated: { prune: true }\n');
    repaired('  revisionHistoryLimit: "3"\n', '  revisionHistoryLimit: 3\n');
    repaired(
      '  source:\n    repoURL: x\n    targetRevision: 1.20\n',
      '  source:\n    repoURL: x\n    targetRevision: "1.20"\n',
    );
  });

  it('takes whole numbers, numbers with a fraction of zero, texts of either kind where both are allowed, and null', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, creationTimestamp: null, labels: }
spec:
  replicas: 3.0
  strategy:
    canary:
      maxSurge: 25%
      maxUnavailable: 0
      steps:
        - setWeight: 20
        - pause: { duration: 1h }
        - pause: { duration: 600 }
        - pause: {}
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web:1
          resources: { limits: { cpu: 1, memory: 1Gi }, requests: { cpu: 0.5 } }
          ports: [{ containerPort: 80, protocol: '' }]
`);
  });
});

describe('what is not yet what it will be', () => {
  it('is left alone: encrypted documents, and values that a plugin or a build puts in', () => {
    checkSchema(`
apiVersion: v1
kind: Secret
metadata: { name: login }
data: { password: 'ENC[AES256_GCM,data:a,type:str]' }
immutable: ENC[AES256_GCM,data:a,type:bool]
sops: { mac: 'ENC[AES256_GCM,data:b,type:str]', version: 3.9.0 }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: <path:kv/data/web#replicas>
  minReadySeconds: \${SECONDS}
  revisionHistoryLimit: $(HISTORY)
`);
  });
});

describe('a list of objects', () => {
  it('is looked through', () => {
    checkSchema(`
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: { name: a }
    data: { a: 1 }
              #^ wrong-type: data.a must be a string, not the number 1. Put it in quotes.
  - kind: Unknown
`);
  });
});

describe('missing fields', () => {
  // Indented as a whole, so that a note can stand under a key at the margin.
  it('stand at the key of what lacks them', () => {
    checkSchema(`
  apiVersion: argoproj.io/v1alpha1
  kind: ApplicationSet
  metadata: { name: set }
  spec:
 #^^^^ missing-field: Missing field "template" in spec. The API server refuses the object without it.
    generators:
      - git:
       #^^^ missing-field: Missing field "revision" in spec.generators[0].git. The API server refuses the object without it.
          repoURL: https://example.com/apps.git
`);
  });

  it('include a name, which no schema demands', () => {
    checkSchema(`
  apiVersion: v1
  kind: ConfigMap
  metadata:
 #^^^^^^^^ missing-field: This ConfigMap has no name. Set metadata.name; the API server refuses the object without it.
    labels: { a: b }
---
  apiVersion: v1
  kind: ConfigMap
  metadata: { generateName: config- }
`);
  });

  it('are none in a patch', () => {
    checkSchema(`
#- overlays/prod/replicas-patch.yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  strategy: { canary: { trafficRouting: { alb: { ingress: web } } } }
#- overlays/prod/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 5, template: { spec: { containers: [{ name: web, resources: {} }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  ports: [{ $patch: delete, name: http }]
`);
  });

  it('are told of a whole workload', () => {
    checkSchema(`
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: web }
  spec:
 #^^^^ missing-field: Missing field "selector" in spec. The API server refuses the object without it.
    template:
      metadata: { labels: { app: web } }
      spec: { containers: [{ name: web, image: 'web:1' }] }
`);
  });
});

describe('values', () => {
  it('are one of the choices', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: set }
spec:
  generators: []
  syncPolicy:
    applicationsSync: create-upadte
                     #^^^^^^^^^^^^^ invalid-value: spec.syncPolicy.applicationsSync cannot be "create-upadte". Did you mean "create-update"? It takes "create-only", "create-update", "create-delete", "sync".
  template:
    metadata: { name: x }
    spec: { project: default, destination: {} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: {}
  template:
    spec:
      containers:
        - { name: web, image: w, imagePullPolicy: always }
                                                 #^^^^^^ invalid-value: spec.template.spec.containers[0].imagePullPolicy cannot be "always". Did you mean "Always"? It takes "Always", "IfNotPresent", "Never".
`);
  });

  it('stay inside their bounds', () => {
    checkSchema(`
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  ports: [{ port: 2147483648 }]
                 #^^^^^^^^^^ invalid-value: spec.ports[0].port must be at most 2147483647, not 2147483648.
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
  creationTimestamp: tomorrow
                    #^^^^^^^^ invalid-value: metadata.creationTimestamp must be a time such as 2026-01-31T12:00:00Z, not "tomorrow".
spec:
  project: default
  destination: {}
  sourceHydrator:
    drySource: { repoURL: r, path: p, targetRevision: main }
    syncSource: { targetBranch: b, path: . }
                                        #^ invalid-pattern: spec.sourceHydrator.syncSource.path "." does not have the form that the API server demands: ^.{2,}|[^./]$
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec:
  provider:
 #^^^^^^^^ invalid-value: spec.provider must have no more than one field, but has vault, fake.
    vault: { server: https://vault.example.com }
    fake: { data: [] }
`);
  });
});

describe('nested generators, which the API server keeps as raw JSON', () => {
  it('are held to their shape, but nothing in them is demanded', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: set }
spec:
  generators:
    - matrix:
        generators:
          - list: { elements: [] }
          - merge:
              mergeKey: [name]
             #^^^^^^^^ unknown-field: Unknown field "mergeKey" in spec.generators[0].matrix.generators[1].merge. Did you mean "mergeKeys"?
              generators:
                - clusters: {}
                - list: { elements: [], template: {} }
  template:
    metadata: { name: x }
    spec: { project: default, destination: {} }
`);
  });
});

describe("what a controller's own rule says, too", () => {
  it('is told once, in its words', () => {
    checkSchema(
      `
  apiVersion: argoproj.io/v1alpha1
  kind: Application
  metadata: { name: shop }
  spec:
 #^^^^ invalid-destination: Destination server missing from app spec
    project: default
    source: { repoURL: https://example.com/apps.git, path: shop }
`,
      { only: [...schemaCodes, 'invalid-destination'] },
    );
  });

  const rollout = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: "3"
`;

  it('is repaired as the schema knows', () => {
    checkSchema(
      rollout.replace(
        '"3"\n',
        '"3"\n           #^^^ rollout-unreadable: json: cannot unmarshal string into Go struct field RolloutSpec.spec.replicas of type int32…\n',
      ),
      { only: [...schemaCodes, 'rollout-unreadable'] },
    );
    expect(fixed(rollout, 'rollout-unreadable', context)).toBe(rollout.replace('"3"', '3'));
  });
});

describe('the chosen version of Argo CD', () => {
  const application = (note: string) => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop }
spec:
  project: default
  destination: {}
  source:
    repoURL: https://example.com/apps.git
    path: .
    tagPrefix: shop-
${note}`;

  it('decides which fields there are', () => {
    checkSchema(application(''), { argoVersion: '3.5' });
    checkSchema(
      application(
        '   #^^^^^^^^^ unknown-field: "tagPrefix" in spec.source needs Argo CD 3.5 or later. The version chosen in the settings drops it.\n',
      ),
      { argoVersion: '3.4' },
    );
  });

  it('is the newest where the setting is nonsense', () => {
    checkSchema(application(''), { argoVersion: 'latest' });
  });
});

describe('a text with a syntax error', () => {
  it('is checked up to the error only', () => {
    checkSchema(`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: guestbook }
spec:
  projet: default
 #^^^^^^ unknown-field: Unknown field "projet" in spec. Did you mean "project"?
  destination:
    server: "https://kubernetes.default.svc
`);
  });
});
