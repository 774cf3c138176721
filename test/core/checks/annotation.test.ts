import { expect, it } from 'vitest';
import { check, fixed } from '../../support/check.ts';

const job = `
apiVersion: batch/v1
kind: Job
metadata:
  annotations:
    argocd.argoproj.io/hook: PreSync,postsync
                                    #^^^^^^^^ invalid-annotation: Argo CD does not know "postsync" here and ignores it. Did you mean "PostSync"?
    argocd.argoproj.io/sync-wave: 'first'
                                 #^^^^^^^ invalid-annotation: "first" is no whole number…
    argocd.argoproj.io/sync-option: Prune=false
   #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-annotation: Argo CD reads no annotation "argocd.argoproj.io/sync-option". Did you mean "argocd.argoproj.io/sync-options"?
`;

const only = ['invalid-annotation', 'unknown-annotation', 'unknown-sync-option'];

it('annotations that Argo CD reads otherwise than they are meant', () => check(job, { only }));

it('one item of a list is repaired', () =>
  expect(fixed(job, 'invalid-annotation')).toContain('hook: PreSync,PostSync\n'));

it('nothing on what Argo CD knows, on options written out, on annotations of other tools and on templates', () =>
  check(
    `
apiVersion: v1
kind: ConfigMap
metadata:
  annotations:
    argocd.argoproj.io/sync-wave: "-5"
    argocd.argoproj.io/sync-options: Prune=false, ServerSideApply=true,Replace=false
    argocd.argoproj.io/hook: '{{ .x }}'
    argocd.argoproj.io/some-companion-tool: whatever
    notifications.argoproj.io/subscribe.on-sync-failed.slack: ops
`,
    { only },
  ));

it('sync options are compared letter by letter', () =>
  check(
    `
apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  syncPolicy:
    syncOptions:
      - CreateNamespace=true
      - createNamespace=true
       #^^^^^^^^^^^^^^^^^^^^ unknown-sync-option: Argo CD does not know the sync option "createNamespace=true" and ignores it. Did you mean "CreateNamespace=true"?
`,
    { only },
  ));
