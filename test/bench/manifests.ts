/** Text of the given number of documents, in turn an Application, a Deployment and a Rollout; about 32 lines each. */
export function manifests(documents: number): string {
  return Array.from({ length: documents }, (_, i) => [application, deployment, rollout][i % 3]?.(i) ?? '').join(
    '---\n',
  );
}

const application = (i: number): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: guestbook-${i}
  namespace: argocd
  labels:
    team: team-${i % 7}
    tier: front
  annotations:
    argocd.argoproj.io/sync-wave: "${i % 5}"
  finalizers:
    - resources-finalizer.argocd.argoproj.io
spec:
  project: default
  source:
    repoURL: https://git.example.com/apps.git
    path: apps/guestbook-${i}
    targetRevision: main
    helm:
      releaseName: guestbook
      valueFiles:
        - values.yaml
        - values-prod.yaml
  destination:
    server: https://kubernetes.default.svc
    namespace: guestbook-${i}
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
    syncOptions:
      - CreateNamespace=true
`;

const deployment = (i: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${i}
  labels:
    app: web-${i}
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web-${i}
  template:
    metadata:
      labels:
        app: web-${i}
    spec:
      containers:
        - name: web
          image: nginx:1.${i}
          ports:
            - containerPort: 8080
          env:
            - name: MODE
              value: production
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
          readinessProbe:
            httpGet:
              path: /healthz
              port: 8080
`;

const rollout = (i: number): string => `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout-${i}
spec:
  replicas: 6
  selector:
    matchLabels:
      app: checkout-${i}
  template:
    metadata:
      labels:
        app: checkout-${i}
    spec:
      containers:
        - name: checkout
          image: checkout:1.${i}
          ports:
            - containerPort: 8080
  strategy:
    canary:
      canaryService: canary-${i}
      stableService: stable-${i}
      steps:
        - setWeight: 10
        - pause: { duration: 5m }
        - setWeight: 50
        - pause: { duration: 10m }
        - setWeight: 100
`;
