import { describe, expect, it } from 'vitest';
import { concernsUs } from '../../client/concern.ts';
import { setOf } from '../../server/lsp/features/preview.ts';
import { previewUri } from '../../server/protocol/requests.ts';

describe('what starts the server', () => {
  it.each([
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\n',
    'metadata:\n  annotations:\n    argocd.argoproj.io/sync-wave: "1"\n',
    'metadata:\n  name: argocd-cm\n',
    'apiVersion: external-secrets.io/v1\n',
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n',
  ])('%j', text => expect(concernsUs(text)).toBe(true));

  it.each(['services:\n  web:\n    image: nginx\n', 'on: push\njobs: {}\n', ''])('not %j', text =>
    expect(concernsUs(text)).toBe(false),
  );
});

describe('the address of a preview', () => {
  const names = { fileOf: (uri: string) => uri };
  const read = (uri: string) => setOf({ names } as unknown as Parameters<typeof setOf>[0], uri);
  const set = { uri: 'file:///a%20b/set%2Fx.yaml', document: 2, name: 'shop & co' };

  it('says which set, and at which revision', () => {
    expect(read(previewUri(set))).toEqual({ file: set.uri, document: 2, revision: undefined });
    expect(read(previewUri(set, 'release/1.0'))).toEqual({ file: set.uri, document: 2, revision: 'release/1.0' });
  });

  it('is read back as editors spell it', () => {
    // VS Code decodes the query once and encodes it anew.
    const [path, query = ''] = previewUri(set).split('?');
    expect(read(`${path}?${encodeURIComponent(decodeURIComponent(query))}`)?.file).toBe(set.uri);
    expect(read(`${path}?${decodeURIComponent(query)}`)?.file).toBe(set.uri);
  });

  it('is nothing when somebody typed it', () => {
    for (const uri of ['gitops-preview:/x', 'gitops-preview:/x?{', 'gitops-preview:/x?%', 'gitops-preview:/x?null'])
      expect(read(uri)).toBeUndefined();
  });
});
