import type { LibraryCall, TreeOf, Unavailable } from '../core/facts/facts.ts';
import { pathInside, relativeTo } from './paths.ts';
import { type Clones, Failure, type FileSystem, type Git, type Library } from './ports.ts';
import type { LocalRepository, Repositories } from './repositories.ts';

/** Where the content of one source comes from: a directory as it is now, or a commit of it. */
export interface Content {
  readonly root: string;
  readonly commit: string | undefined;
  readonly kind: 'git' | 'folder';
  /** Which layer of a work tree; the open buffers over the disk where absent. */
  readonly layer?: 'disk' | 'staged' | undefined;
  /** What the user says a plain folder is: a copy of this revision. */
  readonly named?: string | undefined;
}

export interface ContentPorts {
  readonly files: FileSystem;
  readonly git: Git;
  readonly library: Library;
  readonly repositories: Repositories;
  /** Clones that were fetched before, for repositories that no folder has. */
  readonly clones?: Clones | undefined;
  /** Text of an open buffer by path: it stands over the work tree. */
  readonly buffer: (file: string) => string | undefined;
  readonly maxFileSize: () => number;
}

export interface Asking {
  /** Folders whose own repository counts. */
  readonly near: readonly string[];
  /** A revision that the user chose in place of what manifests say. */
  readonly revision: string | undefined;
  /** In place of the open buffers over the work tree: what lies on the disk, or what is staged. */
  readonly layer?: 'disk' | 'staged' | undefined;
  /** The revision is chosen where a repository has it; others are read as their manifests say, and plain folders as they are. */
  readonly lenient?: boolean | undefined;
}

/**
 * Decides which local content answers for a source. What the work tree stands for (HEAD, the checked-out branch, the remote's default branch)
 * is read from the work tree, unsaved buffers included, so that an author sees the edit before the merge. A revision that names something
 * else (a tag, a SHA, a version constraint, another branch) is read from git, because the work tree is not that content.
 */
export async function contentFor(of: TreeOf, asking: Asking, ports: ContentPorts): Promise<Content | Unavailable> {
  const local = await ports.repositories.find(of.repoURL, asking.near);
  if (!local) return clonedContent(of, asking, ports);
  const wanted = asking.revision ?? of.revision;
  const onDisk = asking.layer === 'staged' && local.kind === 'folder' ? 'disk' : asking.layer;
  const layer = onDisk === undefined ? {} : { layer: onDisk };
  const atWork: Content = { root: local.root, commit: undefined, kind: local.kind };
  if (local.kind === 'folder') {
    const asIs = asking.revision === undefined || asking.lenient;
    return asIs ? { ...atWork, ...layer, named: asking.revision } : withoutHistory(local, asking.revision ?? '');
  }
  if (asking.revision === undefined && (await isWorkTree(wanted, local.root, ports.git)))
    return { ...atWork, ...layer };
  const commit = await commitFor(local.root, wanted, ports, asking.revision === undefined ? of.tagPrefix : '');
  if (commit === undefined && asking.lenient && asking.revision !== undefined)
    return contentFor(of, { ...asking, revision: undefined }, ports);
  if (commit !== undefined) return { ...atWork, commit };
  const why = `${local.root} has no branch, tag or commit "${wanted}". Fetch it, or correct the revision.`;
  // A clone may simply not have fetched it; only a directory that was named for this URL is asked to have everything.
  const error = `unable to resolve '${wanted}' to a commit SHA: revision not found`;
  return local.authoritative && asking.revision === undefined ? unavailable(why, error) : unavailable(why);
}

/** Of a bare clone: commits only, as they were when it was fetched. */
async function clonedContent(of: TreeOf, asking: Asking, ports: ContentPorts): Promise<Content | Unavailable> {
  const root = await ports.clones?.rootOf(of.repoURL);
  if (root === undefined)
    return unavailable(
      `The content of ${of.repoURL} is not known: no opened folder is a clone of it. Name a directory for it (--repo URL=DIR, or the setting gitopsWorkbench.repositories).`,
    );
  const chosen = asking.revision === undefined ? undefined : await commitFor(root, asking.revision, ports);
  const commit = chosen ?? (await commitFor(root, of.revision, ports, of.tagPrefix));
  if (commit !== undefined) return { root, commit, kind: 'git' };
  return unavailable(
    `${of.repoURL} had no branch, tag or commit "${of.revision}" when it was fetched. Refresh to fetch it again, or correct the revision.`,
  );
}

async function isWorkTree(revision: string, root: string, git: Git): Promise<boolean> {
  const name = revision.trim().replace(/^refs\/heads\//, '');
  if (name === '' || name === 'HEAD') return true;
  if ((await git.checkedOut(root)).includes(name)) return true;
  // Before the first commit there is nothing else to read; afterwards the usual default names mean the work tree where no such branch exists.
  const noCommits = (await git.resolve(root, 'HEAD')) === undefined;
  return noCommits || ((name === 'main' || name === 'master') && (await git.resolve(root, name)) === undefined);
}

/**
 * argo-cd:util/git/client.go lsRemote, util/versions/tags.go: a version constraint names the highest tag that satisfies it; everything else is
 * a name. A prefix stands before the versions of one component of a repository with several.
 */
export async function commitFor(
  root: string,
  revision: string,
  ports: ContentPorts,
  tagPrefix = '',
): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/i.test(revision)) return ports.git.resolve(root, revision);
  if (/[\dxX*]/.test(revision)) {
    const tags = (await ports.git.tags(root)).filter(it => it.startsWith(tagPrefix));
    const versions = tags.map(it => it.slice(tagPrefix.length));
    const call: LibraryCall = { op: 'semver', args: { constraint: revision, versions } };
    const answer = versions.length > 0 ? (await ports.library.call([call]))[0] : undefined;
    const value = answer?.ok ? (answer.value as { isVersion?: boolean; best?: string }) : undefined;
    if (value && !value.isVersion && value.best !== undefined)
      return ports.git.resolve(root, `refs/tags/${tagPrefix}${value.best}`);
    if (value?.isVersion && tagPrefix !== '') return ports.git.resolve(root, `refs/tags/${tagPrefix}${revision}`);
  }
  return ports.git.resolve(root, revision);
}

function withoutHistory(local: LocalRepository, revision: string): Content | Unavailable {
  if (revision === 'HEAD') return { root: local.root, commit: undefined, kind: 'folder' };
  return unavailable(`${local.root} is a plain folder and has no revision "${revision}".`);
}

export async function filesOf(content: Content, ports: ContentPorts): Promise<readonly string[]> {
  if (content.layer === 'staged') return (await ports.git.stagedFiles?.(content.root)) ?? [];
  if (content.commit !== undefined) return ports.git.filesAt(content.root, content.commit);
  return content.kind === 'git'
    ? ports.git.workTreeFiles(content.root)
    : inOrder(await ports.files.listFiles(content.root));
}

/** Symbolic links and the commit, which only rendering asks for. */
export async function detailsOf(
  content: Content,
  files: readonly string[],
  ports: ContentPorts,
): Promise<{ readonly links?: Readonly<Record<string, string>>; readonly commit?: string }> {
  const { root, kind } = content;
  if (kind === 'folder') {
    const links = (await ports.files.linksAmong?.(root, files)) ?? {};
    return { links, ...(content.named === undefined ? {} : { commit: content.named }) };
  }
  const commit = content.commit ?? (await ports.git.resolve(root, 'HEAD'));
  const committed = (await ports.git.linksAt?.(root, content.commit)) ?? {};
  if (content.commit !== undefined || content.layer === 'staged')
    return { links: committed, ...(commit === undefined ? {} : { commit }) };
  // In a work tree a tracked link may have become a file, and a file that nobody added yet may be a link.
  const staged = new Set((await ports.git.stagedFiles?.(root)) ?? []);
  const candidates = files.filter(it => Object.hasOwn(committed, it) || !staged.has(it));
  return {
    links: (await ports.files.linksAmong?.(root, candidates)) ?? {},
    ...(commit === undefined ? {} : { commit }),
  };
}

/** In base64. */
export async function bytesAt(content: Content, path: string, ports: ContentPorts): Promise<string | Unavailable> {
  const { root, commit } = content;
  const inside = pathInside(path);
  if (inside === undefined) return unavailable(`${path} leaves its repository.`);
  const bytes =
    commit === undefined ? await bytesOnDisk(root, inside, ports) : await ports.git.bytesAt?.(root, commit, inside);
  return bytes === undefined ? unavailable(`${inside} cannot be read.`) : base64Of(bytes);
}

/** A chart's archive may be larger than any manifest that a person would edit. */
const mostBytes = 32_000_000;

async function bytesOnDisk(root: string, inside: string, ports: ContentPorts): Promise<Uint8Array | undefined> {
  const [base, real] = await Promise.all([ports.files.realPath(root), ports.files.realPath(`${root}/${inside}`)]);
  if (base === undefined || real === undefined || relativeTo(base, real) === undefined) return undefined;
  const bytes = await ports.files.readBytes?.(real, mostBytes);
  return bytes === 'tooLarge' ? undefined : bytes;
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export async function textAt(content: Content, path: string, ports: ContentPorts): Promise<string | Unavailable> {
  const inside = pathInside(path);
  if (inside === undefined) return unavailable(`${path} leaves its repository.`);
  if (content.layer === 'staged') {
    const text = await ports.git.readStaged?.(content.root, inside);
    return text ?? unavailable(`${inside} is not a staged text file.`);
  }
  if (content.commit !== undefined) {
    const text = await ports.git.readAt(content.root, content.commit, inside);
    return text ?? unavailable(`${inside} is not a text file at ${content.commit.slice(0, 8)}.`);
  }
  const file = `${content.root}/${inside}`;
  const open = content.layer === undefined ? ports.buffer(file) : undefined;
  if (open !== undefined) return open;
  const [root, real] = await Promise.all([ports.files.realPath(content.root), ports.files.realPath(file)]);
  if (root === undefined || real === undefined) return unavailable(`${file} does not exist any more.`);
  // A link may point anywhere; what lies outside is not the repository's.
  if (relativeTo(root, real) === undefined) return unavailable(`${file} is a link that leaves its repository.`);
  const text = await ports.files.read(real, ports.maxFileSize());
  if (text === undefined) return unavailable(`${file} is not a text file, or cannot be read.`);
  return text === 'tooLarge' ? unavailable(`${file} is larger than ${ports.maxFileSize()} bytes.`) : text;
}

export function unavailable(why: string, error?: string): Unavailable {
  return { unavailable: true, why, ...(error === undefined ? {} : { error }) };
}

/** A failure of the world as a fact; a bug stays a throw. */
export function failureAsFact(cause: unknown): Unavailable {
  if (cause instanceof Failure) return unavailable(cause.message);
  throw cause;
}

function inOrder(paths: readonly string[]): readonly string[] {
  return [...paths].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
