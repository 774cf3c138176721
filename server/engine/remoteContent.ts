import type { FileContent, RemoteTree, Unavailable } from '../core/facts/facts.ts';
import { type Base, remoteBase } from '../core/render/remoteBase.ts';
import { unavailable } from './contents.ts';
import type { ChartSource, Clones, FetchOptions, Git, RemoteContent } from './ports.ts';

export interface RemoteParts {
  readonly charts: ChartSource;
  readonly clones: Clones;
  readonly git: Git;
}

/** A base may name neighbours anywhere in its repository; one with more files than this is no repository of bases. */
const mostFiles = 5_000;

/** Charts and files as their source has them; remote bases out of clones, which the user's git makes when it may. */
export function createRemoteContent({ charts, clones, git }: RemoteParts): RemoteContent {
  return {
    chart: charts.chart,
    file: charts.file,
    tree: async ({ url }, options) => {
      const base = remoteBase(url);
      if (base.kind === 'repository') return ofRepository(base, { clones, git }, options);
      const text = await charts.file({ url }, options);
      return typeof text === 'string' ? { path: base.name, files: { [base.name]: text } } : text;
    },
  };
}

async function ofRepository(
  { url, path, ref }: Base & { kind: 'repository' },
  { clones, git }: Pick<RemoteParts, 'clones' | 'git'>,
  { fetch, signal }: FetchOptions,
): Promise<RemoteTree | Unavailable> {
  const known = await clones.rootOf(url);
  const isThere = known !== undefined && (await git.resolve(known, ref)) !== undefined;
  // A commit or tag that is there does not change; anything else is asked for again.
  const wanted = fetch && !(isThere && /^[0-9a-f]{40}$|^v?\d+\.\d+\.\d+/.test(ref));
  const root = wanted ? await clones.fetch(url, signal) : known;
  if (root === undefined)
    return unavailable(
      `The remote base ${url} is not in the cache. Fetch it: render with --fetch, or refresh the Application.`,
    );
  const commit = await git.resolve(root, ref);
  if (commit === undefined) return unavailable(`${url} has no branch, tag or commit "${ref}". Correct the base's ref.`);
  const all = (await git.filesAt(root, commit)).filter(isOfKustomize);
  if (all.length > mostFiles)
    return unavailable(`${url} has more than ${mostFiles} manifests and was not read as a base.`);
  const files: Record<string, FileContent> = {};
  await Promise.all(
    all.map(async file => {
      const text = await git.readAt(root, commit, file);
      if (text !== undefined) files[file] = text;
    }),
  );
  return { path, files };
}

function isOfKustomize(file: string): boolean {
  return /\.(ya?ml|json|env|properties|txt|conf|toml|sh)$|(^|\/)Kustomization$/.test(file);
}
