/**
 * Argo CD's own notion of two spellings of one repository (argo-cd:util/git/git.go, NormalizeGitURL): lower-cased, without `.git`, and the
 * scp form `git@host:path` as a URL. `undefined` where it is no URL at all.
 */
export function normalizeGitUrl(url: string): string | undefined {
  let normalized = url.trim().toLowerCase();
  if (isSsh(normalized) && !normalized.startsWith('ssh://')) normalized = `ssh://${normalized.replace(':', '/')}`;
  normalized = normalized.replace(/\.git$/, '');
  if (/\s/.test(normalized)) return undefined;
  return normalized.replace(/^ssh:\/\//, '');
}

/**
 * What remains the same however a clone was made: host and path. People clone by ssh what Argo CD reads by https, so user, scheme, default
 * ports, `.git` and trailing slashes do not count here, though they do count for Argo CD itself.
 */
export function repositoryKey(url: string): string {
  const lower = url.trim().toLowerCase();
  const asUrl = isSsh(lower) && !lower.includes('://') ? `ssh://${lower.replace(':', '/')}` : lower;
  const remote = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:]*)(?::(\d+))?(?:\/(.*))?$/.exec(asUrl);
  if (!remote) return `/${trimmed(lower)}`;
  const [, host = '', port = '', path = ''] = remote;
  const usual = port === '' || port === '22' || port === '80' || port === '443';
  return `${host}${usual ? '' : `:${port}`}/${trimmed(path)}`;
}

export function isSameRepository(a: string, b: string): boolean {
  return repositoryKey(a) === repositoryKey(b);
}

/** argo-cd:util/git/git.go sshURLRegex. */
function isSsh(url: string): boolean {
  return /^(ssh:\/\/)?([^/:]*?)@[^@]+$/.test(url);
}

function trimmed(path: string): string {
  return path
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');
}
