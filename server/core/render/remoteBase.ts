/** What a text among a kustomization's resources names outside of its repository. */
export type Base =
  | { readonly kind: 'repository'; readonly url: string; readonly path: string; readonly ref: string }
  | { readonly kind: 'file'; readonly name: string };

/**
 * Reads a remote resource as Kustomize does (kustomize:api/internal/git/repospec.go): the repository ends at `.git`, at `//`, or, of the hosts
 * that everybody knows, after two names; what follows is a folder of it. A file by https is just a file.
 */
export function remoteBase(named: string): Base {
  const [address = '', query = ''] = splitOnce(named.replace(/^git::/, ''), '?');
  const ref = parameterIn(query, 'ref') ?? parameterIn(query, 'version') ?? 'HEAD';
  if (/^https?:\/\//.test(address) && /\.(ya?ml|json)$/.test(address) && !/\.git(\/|$)/.test(address) && query === '')
    return { kind: 'file', name: address.slice(address.lastIndexOf('/') + 1) };
  const { url, path } = split(withScheme(address));
  return { kind: 'repository', url, path: trimmed(path), ref };
}

function parameterIn(query: string, name: string): string | undefined {
  return query
    .split('&')
    .map(it => splitOnce(it, '='))
    .find(([key]) => key === name)?.[1];
}

function withScheme(address: string): string {
  const isKnown = /^(github|gitlab)\.com[:/]|^bitbucket\.org[:/]/.test(address);
  return isKnown ? `https://${address.replace(':', '/')}` : address;
}

function split(address: string): { readonly url: string; readonly path: string } {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//.exec(address)?.[0] ?? '';
  const rest = address.slice(scheme.length);
  const divider = rest.indexOf('//');
  if (divider >= 0) return { url: scheme + rest.slice(0, divider), path: rest.slice(divider + 2) };
  const dotGit = /^(.*?\.git)(?:\/(.*))?$/.exec(rest);
  if (dotGit) return { url: scheme + (dotGit[1] ?? ''), path: dotGit[2] ?? '' };
  const twoNames = /^([^/]+\/[^/]+\/[^/]+)(?:\/(.*))?$/.exec(rest);
  return twoNames ? { url: scheme + (twoNames[1] ?? ''), path: twoNames[2] ?? '' } : { url: address, path: '' };
}

function splitOnce(text: string, at: string): readonly [string, string?] {
  const cut = text.indexOf(at);
  return cut < 0 ? [text] : [text.slice(0, cut), text.slice(cut + 1)];
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
