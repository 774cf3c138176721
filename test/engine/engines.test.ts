import { expect, it } from 'vitest';
import { worldOf } from '../support/world.ts';

const application = (source: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  project: default
  source: { repoURL: https://git.example.com/shop.git, targetRevision: HEAD, ${source} }
  destination: { server: https://kubernetes.default.svc, namespace: shop }
`;

/** What is made ready once the files of a workspace are known. */
async function warmed(files: Readonly<Record<string, string>>, background = true): Promise<readonly unknown[]> {
  const { settle, warmed } = worldOf({ files, folders: ['/work'], background });
  await settle();
  return warmed;
}

it('the engines that Applications ask for are made ready, once the files are known', async () => {
  expect(await warmed({ '/work/app.yaml': application('chart: web') })).toEqual([['helm']]);
  expect(await warmed({ '/work/app.yaml': application('path: web, kustomize: { namePrefix: a- }') })).toEqual([
    ['kustomize'],
  ]);
});

it('so are those of the charts and kustomizations that lie in the workspace of an Application', async () => {
  const files = {
    '/work/app.yaml': application('path: over'),
    '/work/over/kustomization.yaml': 'resources: [../base]\n',
    '/work/web/Chart.yaml': 'name: web\n',
  };
  expect(await warmed(files)).toEqual([['helm', 'kustomize']]);
  expect(await warmed(files, false)).toEqual([]);
});

it('nothing is made ready where nothing is rendered by them', async () => {
  expect(await warmed({ '/work/app.yaml': application('path: plain') })).toEqual([]);
  expect(await warmed({ '/work/web/Chart.yaml': 'name: web\n', '/work/kustomization.yaml': '' })).toEqual([]);
});
