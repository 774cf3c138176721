import { LRUCache } from 'lru-cache';
import { Failure, type Git, type GitRepository } from '../../engine/ports.ts';
import { textOf } from '../files/files.ts';
import { commitOnBranch, commitsTouching, revertOnBranch } from './branches.ts';
import { CatFile } from './catFile.ts';
import { type GitAnswer, runGit } from './run.ts';

/**
 * Reads repositories with the user's git. What users write (revisions, paths) never becomes an argument of a command: revisions are looked up in
 * the list of refs, paths go through the line protocol of `cat-file`.
 */
export function createGit(): Git {
  // Each is a process: a few repositories are in use at a time.
  const readers = new LRUCache<string, CatFile>({ max: 8, dispose: reader => reader.end() });
  const readerOf = (root: string): CatFile => {
    const known = readers.get(root) ?? new CatFile(root);
    readers.set(root, known, { noDisposeOnSet: true });
    return known;
  };
  return {
    repositoryOf,
    workTreeFiles,
    resolve: resolveRevision,
    tags: async root => (await refsOf(root, ['refs/tags'])).map(it => it.name.slice('refs/tags/'.length)),
    checkedOut: async root => {
      const head = await runGit(root, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
      const remote = await runGit(root, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
      return [
        ...(head.ok ? [head.text.trim()] : []),
        ...(remote.ok ? [remote.text.trim().replace(/^origin\//, '')] : []),
      ];
    },
    filesAt: async (root, commit) => {
      const answer = await runGit(root, [
        'ls-tree',
        '-r',
        '-z',
        '--name-only',
        '--full-tree',
        safeCommit(root, commit),
      ]);
      return sorted(namesIn(succeeded(root, answer)));
    },
    readAt: async (root, commit, path) => {
      const bytes = await readerOf(root).read(commit, path);
      return bytes && textOf(bytes);
    },
    bytesAt: (root, commit, path) => readerOf(root).read(commit, path),
    linksAt: async (root, commit) => {
      const links = linkObjects(succeeded(root, await listed(root, commit)));
      const targets = await Promise.all(links.map(it => runGit(root, ['cat-file', 'blob', it.object])));
      return Object.fromEntries(links.map((it, at) => [it.path, succeeded(root, targets[at] ?? nothing)]));
    },
    stagedFiles: async root => sorted(namesIn(succeeded(root, await runGit(root, ['ls-files', '-z', '--cached'])))),
    readStaged: async (root, path) => {
      const bytes = await readerOf(root).read('', path);
      return bytes && textOf(bytes);
    },
    commitsTouching,
    revertOnBranch,
    commitOnBranch,
    dispose: async () => readers.clear(),
  };
}

const nothing: GitAnswer = { ok: true, text: '' };

function listed(root: string, commit: string | undefined): Promise<GitAnswer> {
  return commit === undefined
    ? runGit(root, ['ls-files', '-z', '--stage'])
    : runGit(root, ['ls-tree', '-r', '-z', '--full-tree', safeCommit(root, commit)]);
}

/** `120000 blob <object>\t<path>` of a tree, `120000 <object> <stage>\t<path>` of the index. */
function linkObjects(text: string): readonly { readonly object: string; readonly path: string }[] {
  return namesIn(text).flatMap(line => {
    const [, object, path] = /^120000 (?:blob )?([0-9a-f]{40,64})[^\t]*\t(.*)$/s.exec(line) ?? [];
    return object === undefined || path === undefined ? [] : [{ object, path }];
  });
}

async function repositoryOf(folder: string): Promise<GitRepository | undefined> {
  const top = await runGit(folder, ['rev-parse', '--show-toplevel']);
  // Outside of a repository, inside a bare one, or one that git refuses for its owner: no work tree either way.
  if (!top.ok) return undefined;
  const root = top.text.replace(/\r?\n$/, '');
  const listed = await runGit(folder, ['config', '--get-regexp', '-z', '^remote\\..*\\.url$']);
  const remotes = listed.ok
    ? namesIn(listed.text).map(entry => {
        const [key = '', ...url] = entry.split('\n');
        return { name: key.slice('remote.'.length, -'.url'.length), url: url.join('\n') };
      })
    : [];
  return { root, remotes };
}

async function workTreeFiles(root: string): Promise<readonly string[]> {
  const [listed, deleted] = await Promise.all([
    runGit(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']),
    runGit(root, ['ls-files', '-z', '--deleted']),
  ]);
  const gone = new Set(namesIn(succeeded(root, deleted)));
  return sorted(namesIn(succeeded(root, listed)).filter(it => !gone.has(it)));
}

/** argo-cd:util/git/client.go lsRemote looks names up in the remote's refs; a clone has those of its remotes too. */
async function resolveRevision(root: string, revision: string): Promise<string | undefined> {
  const wanted = revision.trim();
  if (wanted.startsWith('-'))
    throw new Failure('refusedArgument', wanted, `"${wanted}" is not a revision: names cannot start with a dash.`);
  if (wanted === '' || wanted === 'HEAD') return commitOf(root, 'HEAD');
  const refs = await refsOf(root, ['refs/heads', 'refs/tags', 'refs/remotes']);
  const named = new Map(refs.map(it => [it.name, it.commit]));
  const exact =
    named.get(`refs/heads/${wanted}`) ??
    named.get(`refs/tags/${wanted}`) ??
    named.get(wanted) ??
    named.get(`refs/remotes/origin/${wanted}`) ??
    named.get(`refs/remotes/${wanted}`) ??
    refs.find(it => it.name.startsWith('refs/remotes/') && it.name.split('/').slice(3).join('/') === wanted)?.commit;
  return exact ?? (/^[0-9a-f]{7,64}$/i.test(wanted) ? commitOf(root, wanted) : undefined);
}

/** Only for names that cannot be options: `HEAD` and hexadecimal digits. */
async function commitOf(root: string, name: string): Promise<string | undefined> {
  const answer = await runGit(root, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return answer.ok ? answer.text.trim() : undefined;
}

async function refsOf(root: string, prefixes: readonly string[]) {
  const answer = await runGit(root, [
    'for-each-ref',
    '--format=%(refname)%09%(objectname)%09%(*objectname)',
    ...prefixes,
  ]);
  return succeeded(root, answer)
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [name = '', object = '', peeled = ''] = line.split('\t');
      return { name, commit: peeled === '' ? object : peeled };
    });
}

function safeCommit(root: string, commit: string): string {
  if (/^[0-9a-f]{40,64}$/i.test(commit)) return commit;
  throw new Failure('refusedArgument', root, `"${commit}" is not the SHA of a commit.`);
}

function succeeded(root: string, answer: GitAnswer): string {
  if (answer.ok) return answer.text;
  throw new Failure('gitFailed', root, `git failed in ${root}: ${answer.error.split('\n')[0] ?? ''}`);
}

function namesIn(text: string): readonly string[] {
  return text.split('\0').filter(name => name !== '');
}

/** By code unit, once each: a file in conflict is listed once per side. */
function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
