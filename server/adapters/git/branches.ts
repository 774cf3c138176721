import {
  type BranchAnswer,
  type BranchChange,
  type BranchRevert,
  type CommitNote,
  type CommitRange,
  Failure,
} from '../../engine/ports.ts';
import { endFailure, spawnGit, startFailure } from './run.ts';

/**
 * New commits on new branches, made from objects alone: neither the index nor a file of the work tree is read or written, so nothing that is
 * unsaved or uncommitted can be lost, and no hook runs. User text never becomes an option: commits are checked, paths come after `--` and
 * are taken literally, messages go through standard input.
 */
export async function commitsTouching(root: string, { from, to, paths }: CommitRange): Promise<readonly CommitNote[]> {
  const text = await git(root, [
    'log',
    '--format=%H%x00%s',
    '--no-merges',
    `${sha(root, from)}..${sha(root, to)}`,
    '--',
    ...paths.map(it => (it === '' || it === '.' ? ':(top)' : `:(top,literal)${it}`)),
  ]);
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [commit = '', subject = ''] = line.split('\0');
      return { commit, subject };
    });
}

export async function revertOnBranch(
  root: string,
  { base, commits, branch, reason }: BranchRevert,
): Promise<BranchAnswer> {
  let head = sha(root, base);
  for (const of of commits) {
    const merged = await withoutCommit(root, head, sha(root, of.commit));
    if (merged.kind === 'conflict') return { kind: 'conflict', of, files: merged.files };
    const message = `Revert "${of.subject}"\n\nThis reverts commit ${of.commit}.\n${reason}\n`;
    head = await commitTree(root, merged.tree, [head], message);
  }
  return { kind: 'made', commit: head, branch: await newBranch(root, branch, head) };
}

export async function commitOnBranch(root: string, change: BranchChange): Promise<BranchAnswer> {
  const base = sha(root, change.base);
  const blob = (await git(root, ['hash-object', '-w', '--stdin'], change.content)).trim();
  const tree = await withBlob(root, `${base}^{tree}`, change.path.split('/'), blob);
  const commit = await commitTree(root, tree, [base], change.message);
  return { kind: 'made', commit, branch: await newBranch(root, change.branch, commit) };
}

type Merged =
  | { readonly kind: 'tree'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/**
 * A three-way merge whose base is the commit itself: what it did is taken back, what came later stays. Three commits without history carry
 * the trees, because merge-tree finds its base by history.
 */
async function withoutCommit(root: string, head: string, commit: string): Promise<Merged> {
  const base = await commitTree(root, `${commit}^{tree}`, [], 'base');
  const parent = await ask(root, ['rev-parse', '--verify', '--quiet', `${commit}^`]);
  // The first commit of all: before it there was nothing.
  const before = parent.code === 0 ? `${parent.out.trim()}^{tree}` : (await git(root, ['mktree'], '')).trim();
  const [ours, theirs] = [
    await commitTree(root, `${head}^{tree}`, [base], 'ours'),
    await commitTree(root, before, [base], 'theirs'),
  ];
  const answer = await ask(root, ['merge-tree', '--write-tree', '--name-only', '-z', '--no-messages', ours, theirs]);
  const [tree = '', ...files] = answer.out.split('\0').filter(it => it !== '');
  if (answer.code === 0) return { kind: 'tree', tree };
  if (answer.code === 1) return { kind: 'conflict', files: [...new Set(files)] };
  throw new Failure(
    'gitFailed',
    root,
    `git cannot revert here, which takes git 2.38 or newer: ${firstLine(answer.error)}`,
  );
}

async function commitTree(root: string, tree: string, parents: readonly string[], message: string): Promise<string> {
  const object = (await git(root, ['rev-parse', '--verify', tree])).trim();
  const args = ['commit-tree', object, ...parents.flatMap(it => ['-p', it])];
  return (await git(root, args, message)).trim();
}

/** The tree with one file replaced; every folder above it is made anew. */
async function withBlob(root: string, tree: string, path: readonly string[], blob: string): Promise<string> {
  const [name = '', ...rest] = path;
  const entries = (await git(root, ['ls-tree', '-z', (await git(root, ['rev-parse', '--verify', tree])).trim()]))
    .split('\0')
    .filter(it => it !== '')
    .map(line => {
      const [info = '', entry = ''] = line.split('\t');
      const [mode = '', type = '', object = ''] = info.split(' ');
      return { mode, type, object, entry };
    });
  const found = entries.find(it => it.entry === name);
  if (!found || rest.length > 0 !== (found.type === 'tree'))
    throw new Failure('gitFailed', root, `${name} is not in the commit that the new branch begins with.`);
  const object = rest.length === 0 ? blob : await withBlob(root, found.object, rest, blob);
  const lines = entries.map(it => `${it.mode} ${it.type} ${it === found ? object : it.object}\t${it.entry}\0`);
  return (await git(root, ['mktree', '-z'], lines.join(''))).trim();
}

const mostNames = 50;

/** Created, never moved: somebody's branch of that name stays what it is. */
async function newBranch(root: string, wanted: string, commit: string): Promise<string> {
  const safe = wanted
    .replace(/[^A-Za-z0-9/_-]+/g, '-')
    .replace(/^[-/]+|[-/]+$/g, '')
    .replace(/\/{2,}/g, '/');
  for (let number = 1; number <= mostNames; number++) {
    const branch = number === 1 ? safe : `${safe}-${number}`;
    const made = await ask(root, ['update-ref', `refs/heads/${branch}`, commit, '0'.repeat(commit.length)]);
    if (made.code === 0) return branch;
    const exists = await ask(root, ['show-ref', '--verify', '--quiet', `refs/heads/${branch}`]);
    if (exists.code !== 0) throw new Failure('gitFailed', root, `git failed in ${root}: ${firstLine(made.error)}`);
  }
  throw new Failure('gitFailed', root, `${root} has too many branches named ${safe}.`);
}

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

async function git(root: string, args: readonly string[], input = ''): Promise<string> {
  const { code, out, error } = await ask(root, args, input);
  if (code === 0) return out;
  const nameless = /tell me who you are|empty ident|no email was given|unable to auto-detect email/i.test(error);
  throw new Failure(
    'gitFailed',
    root,
    nameless
      ? `git does not know who commits in ${root}: set user.name and user.email.`
      : `git failed in ${root}: ${firstLine(error)}`,
  );
}

function ask(root: string, args: readonly string[], input = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawnGit(root, args);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', cause => reject(startFailure(root, cause)));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('close', code => {
      if (code === null) reject(endFailure(root));
      else
        resolve({ code, out: Buffer.concat(out).toString('utf8'), error: Buffer.concat(err).toString('utf8').trim() });
    });
  });
}

function sha(root: string, commit: string): string {
  if (/^[0-9a-f]{40,64}$/i.test(commit)) return commit;
  throw new Failure('refusedArgument', root, `"${commit}" is not the SHA of a commit.`);
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
