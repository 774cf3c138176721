import { describe, it } from 'vitest';
import type { KnownApplication, WorkspaceKnowledge } from '../../../server/core/checks/rule.ts';
import type { GeneratedApplication, Generation } from '../../../server/core/generate/generation.ts';
import type { Problem } from '../../../server/core/text/finding.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';
import { check } from '../../support/check.ts';

const generates = (names: readonly (readonly [string, JsonObject])[], problems: readonly Problem[] = []) => {
  const applications = names.map(
    ([name, parameters], index): GeneratedApplication => ({
      application: { metadata: { name, namespace: 'argocd' } },
      parameters,
      origin: [{ generator: 'list', path: '/spec/generators/0', item: `elements[${index}]` }],
    }),
  );
  const generation: Generation = { applications, problems, missing: [], unknown: [] };
  return { generation: () => generation };
};

const knows = (...known: readonly KnownApplication[]): { workspace: WorkspaceKnowledge } => ({
  workspace: { applicationsNamed: (namespace, name) => (namespace === 'argocd' && name === 'web' ? known : []) },
});

const set = (note: string) => `
#- /repo/sets/shop.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop, namespace: argocd}
spec:
  template:
    metadata:
      name: '{{ .app }}'
           #^^^^^^^^^^^^ ${note}
`;

describe('duplicate-application-name', () => {
  it('tells the parameters that the name leaves out', () =>
    check(
      set(
        'duplicate-application-name: ApplicationSet shop contains applications with duplicate name: web. Argo CD skips all of them; their parameters are {env: prod}, {env: test}. Put what differs into the name.',
      ),
      {
        only: ['duplicate-application-name'],
        ...generates(
          [
            ['web', { app: 'web', env: 'prod' }],
            ['web', { app: 'web', env: 'test' }],
            ['api', { app: 'api', env: 'test' }],
          ],
          [
            {
              code: 'duplicate-application-name',
              message: 'ApplicationSet shop contains applications with duplicate name: web',
              path: '/spec/template/metadata/name',
            },
          ],
        ),
      },
    ));
});

describe('duplicate-application', () => {
  const only = ['duplicate-application'];

  it('a set makes what another set makes', () =>
    check(set('duplicate-application: Application "web" is also made by ApplicationSet "all" (repo/sets/all.yaml)…'), {
      only,
      ...generates([['web', {}]]),
      ...knows({ file: '/repo/sets/all.yaml', document: 0, generatedBy: 'all' }),
    }));

  it('a manifest is made by a set as well', () =>
    check(
      `
#- /repo/apps/web.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  namespace: argocd
  name: web
       #^^^ duplicate-application: Application "web" is also made by ApplicationSet "all" (repo/sets/all.yaml). Where one Argo CD gets both, they overwrite each other; give one another name.
`,
      {
        only,
        ...knows(
          { file: '/repo/apps/web.yaml', document: 0 },
          { file: '/repo/sets/all.yaml', document: 0, generatedBy: 'all' },
        ),
      },
    ));

  it('what a set makes itself is no duplicate of it', () =>
    check(set('').replace(/\n *#\^.*\n/, '\n'), {
      only,
      ...generates([['web', {}]]),
      ...knows({ file: '/repo/sets/shop.yaml', document: 0, generatedBy: 'shop' }),
    }));
});
