/** The build environment (argo-cd:reposerver/repository/repository.go, newEnv). */
export interface BuildEnvironment {
  readonly entries: Readonly<Record<string, string>>;
  /** `$NAME` and `${NAME}` replaced as Go's `os.Expand` does; unknown names become nothing, `$$` becomes `$`. */
  substitute(text: string): string;
}

export interface EnvironmentOf {
  readonly appName: string;
  readonly namespace: string;
  readonly project: string;
  readonly revision: string;
  readonly repoURL: string;
  readonly path: string;
  readonly targetRevision: string;
}

export function buildEnvironment(of: EnvironmentOf): BuildEnvironment {
  const entries: Readonly<Record<string, string>> = {
    ARGOCD_APP_NAME: of.appName,
    ARGOCD_APP_NAMESPACE: of.namespace,
    ARGOCD_APP_PROJECT_NAME: of.project,
    ARGOCD_APP_REVISION: of.revision,
    ARGOCD_APP_REVISION_SHORT: of.revision.slice(0, 7),
    ARGOCD_APP_REVISION_SHORT_8: of.revision.slice(0, 8),
    ARGOCD_APP_SOURCE_REPO_URL: of.repoURL,
    ARGOCD_APP_SOURCE_PATH: of.path,
    ARGOCD_APP_SOURCE_TARGET_REVISION: of.targetRevision,
  };
  const meaning = (name: string): string =>
    name === '$' ? '$' : Object.hasOwn(entries, name) ? (entries[name] ?? '') : '';
  return { entries, substitute: text => expand(text, meaning) };
}

/** go:os/env.go Expand. A `$` that begins no name stays where the text ends or goes on with a letter that no name has. */
function expand(text: string, meaning: (name: string) => string): string {
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '$' || at + 1 >= text.length) continue;
    out += text.slice(from, at);
    const { name, width } = nameAt(text, at + 1);
    // Bad syntax (`${}`): the invalid characters are eaten. No name at all: the `$` stays.
    if (name === '' && width === 0) out += '$';
    else if (name !== '') out += meaning(name);
    at += width;
    from = at + 1;
  }
  return out + text.slice(from);
}

const special = /^[*#$@!?\-0-9]$/;
const letter = /^[A-Za-z0-9_]$/;

function nameAt(text: string, at: number): { readonly name: string; readonly width: number } {
  const first = text[at] ?? '';
  if (first === '{') {
    if (special.test(text[at + 1] ?? '') && text[at + 2] === '}') return { name: text[at + 1] ?? '', width: 3 };
    const end = text.indexOf('}', at + 1);
    // `${` that nobody closes: only the brace is eaten.
    if (end < 0) return { name: '', width: 1 };
    return end === at + 1 ? { name: '', width: 2 } : { name: text.slice(at + 1, end), width: end - at + 1 };
  }
  if (special.test(first)) return { name: first, width: 1 };
  let end = at;
  while (letter.test(text[end] ?? '')) end++;
  return { name: text.slice(at, end), width: end - at };
}
