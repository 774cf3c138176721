import { expect, it } from 'vitest';
import { buildEnvironment } from '../../../server/core/render/environment.ts';

const { substitute } = buildEnvironment({
  appName: 'shop',
  namespace: 'prod',
  project: 'team',
  revision: '0123456789abcdef',
  repoURL: 'https://git.example.com/shop.git',
  path: 'apps/shop',
  targetRevision: 'main',
});

it.each([
  ['$ARGOCD_APP_NAME', 'shop'],
  ['x-${ARGOCD_APP_NAMESPACE}-y', 'x-prod-y'],
  ['$ARGOCD_APP_REVISION_SHORT and $ARGOCD_APP_REVISION_SHORT_8', '0123456 and 01234567'],
  ['$ARGOCD_APP_PROJECT_NAME:${ARGOCD_APP_SOURCE_PATH}@$ARGOCD_APP_SOURCE_TARGET_REVISION', 'team:apps/shop@main'],
  ['unknown names are nothing: [$HOME]', 'unknown names are nothing: []'],
  ['two dollars are one: $$ARGOCD_APP_NAME', 'two dollars are one: $ARGOCD_APP_NAME'],
  ['a dollar before no name stays: $.x $', 'a dollar before no name stays: $.x $'],
  ['a bad one is eaten: ${}, ${', 'a bad one is eaten: , '],
  ['a digit is a name: $1', 'a digit is a name: '],
])('%s → %s', (text, expected) => expect(substitute(text)).toBe(expected));
