import { expect, test } from 'vitest';
import { appProject as rule } from '../../../server/core/checks/rules/appProject.ts';
import { check, fixed } from '../../support/check.ts';

const only = rule.codes;

const project = (spec: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: web
spec:
${spec}`;

test('repetitions and the pattern that denies everything', () =>
  void check(
    project(`
  sourceRepos:
    - https://github.com/acme/*
    - "!*"
     #^^^^ invalid-project: source repository has an invalid format, '!*'
    - https://github.com/acme/*
     #^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-project: source repository 'https://github.com/acme/*' already added
  destinations:
    - {server: "*", namespace: "!*"}
                              #^^^^ invalid-project: namespace has an invalid format, '!*'
    - {name: prod, namespace: a}
    - {name: prod, namespace: a}
     #^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-project: destination 'prod/a' already added
`),
    { only },
  ));

test('nothing but denials lets in everything else', () =>
  void check(
    project(`
  sourceRepos: ["!https://github.com/acme/secret"]
 #^^^^^^^^^^^ deny-only-sources: …
`),
    { only },
  ));

test('policies of roles, part by part', () => {
  const text = project(`
  roles:
    - name: dev
      groups: ["a,b", " c"]
              #^^^^^ invalid-project: group 'a,b' must be quoted
                     #^^^^ invalid-project: group 'c' contains a leading space
      policies:
        - p, proj:web:dev, applications, sync, web/*, allow
        - p, proj:web:dev, applications, action/apps/Deployment/restart, web/*, allow
        - p, proj:other:dev, applications, sync, web/*, allow
            #^^^^^^^^^^^^^^ invalid-project-policy: invalid policy rule 'p, proj:other:dev, applications, sync, web/*, allow': policy subject must be: 'proj:web:dev', not 'proj:other:dev'
        - p, proj:web:dev, applications, syn, web/*, allow
                                        #^^^ invalid-project-policy: invalid policy rule 'p, proj:web:dev, applications, syn, web/*, allow': invalid action 'syn'
        - p, proj:web:dev, projects, get, web, allow
                          #^^^^^^^^ invalid-project-policy: …
        - p, proj:web:dev, applications, get, other/x, permit
                                             #^^^^^^^ invalid-project-policy: …
        - g, a, b
         #^^^^^^^ invalid-project-policy: invalid policy rule 'g, a, b': must be of the form: 'p, sub, res, act, obj, eft'
`);
  check(text, { only });
  expect(fixed(text, 'invalid-project-policy')).not.toContain('- p, proj:other:dev');
});

test('sync windows', () =>
  void check(
    project(`
  syncWindows:
    - {kind: allow, schedule: "0 8 * * mon-fri", duration: 8h, applications: ["*"]}
    - {kind: Deny, schedule: "*/5 22-6 * *", duration: 1d, namespaces: [a]}
            #^^^^ invalid-sync-window: kind 'Deny' mismatch: can only be allow or deny
                            #^^^^^^^^^^^^^^ invalid-sync-window: cannot parse schedule '*/5 22-6 * *': expected exactly 5 fields, found 4: [*/5 22-6 * *]
                                                      #^^ invalid-sync-window: cannot parse duration '1d': time: unknown unit "d" in duration "1d"
    - {kind: deny, schedule: "0 24 * * *", duration: 1h}
     #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-sync-window: window 'deny':'0 24 * * *':'1h' requires one of application, cluster or namespace
                            #^^^^^^^^^^^^ invalid-sync-window: cannot parse schedule '0 24 * * *': end of range (24) above maximum (23): 24
`),
    { only },
  ));

test('accounts of destinations', () =>
  void check(
    project(`
  destinationServiceAccounts:
    - {server: https://a, namespace: web, defaultServiceAccount: deployer}
    - {server: "!https://a", namespace: "[", defaultServiceAccount: "a*"}
              #^^^^^^^^^^^^ invalid-project: server has an invalid format, '!https://a'
                                       #^^^ invalid-project: namespace has an invalid format, '['
                                                                   #^^^^ invalid-project: defaultServiceAccount has an invalid format, 'a*'
`),
    { only },
  ));
