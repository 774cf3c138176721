import { parseFile } from '../../core/documents/parse.ts';
import { automatedOf, sourceText, timeOf } from '../../core/status/fromArgocd.ts';
import { metadataOf } from '../../core/sync/resource.ts';
import { isObject, type JsonObject } from '../../core/text/json.ts';
import type { RevertAnswer, RollbackChoices } from '../delivery.ts';
import { relativeTo } from '../paths.ts';
import { type BranchAnswer, type CommitNote, Failure, type Git } from '../ports.ts';
import { pathsOfSource } from '../sourcePaths.ts';
import { isCommit, shown } from './history.ts';
import type { OperationPorts, OperationSubject } from './operations.ts';
import type { StoredHistory } from './record.ts';

export interface RollbackSubject {
  readonly subject: OperationSubject;
  readonly entry: StoredHistory;
}

type RollbackPorts = Pick<OperationPorts, 'git' | 'repositoryOf'>;

/** First the rollback that lasts: a commit. Then the one that the cluster alone would see, and who would undo it. */
export async function rollbackChoices(about: RollbackSubject, ports: RollbackPorts): Promise<RollbackChoices> {
  return { entry: shown(about.entry), git: await gitChoice(about, ports), cluster: clusterChoice(about) };
}

export async function revertInGit(about: RollbackSubject, ports: RollbackPorts): Promise<RevertAnswer> {
  const impossible = (why: string): RevertAnswer => ({ kind: 'impossible', why });
  try {
    const way = await wayBack(about, ports);
    if (way.kind === 'none') return impossible(way.why);
    const answer = await made(way, ports.git);
    if (answer === undefined) return impossible('This git cannot make commits.');
    if (answer.kind === 'conflict')
      return impossible(
        `"${answer.of.subject}" (${answer.of.commit.slice(0, 8)}) cannot be taken back by itself: later commits changed the same lines of ${answer.files.join(', ')}. Revert it by hand, or change these files.`,
      );
    return { kind: 'made', repository: way.root, branch: answer.branch, commit: answer.commit, summary: way.summary };
  } catch (cause) {
    if (cause instanceof Failure) return impossible(cause.message);
    throw cause;
  }
}

async function gitChoice(about: RollbackSubject, ports: RollbackPorts): Promise<RollbackChoices['git']> {
  try {
    const way = await wayBack(about, ports);
    return way.kind === 'none'
      ? { possible: false, why: way.why }
      : { possible: true, repository: way.root, branch: way.branch, summary: way.summary };
  } catch (cause) {
    if (cause instanceof Failure) return { possible: false, why: cause.message };
    throw cause;
  }
}

function clusterChoice({ subject, entry }: RollbackSubject): RollbackChoices['cluster'] {
  const { application, driver = 'direct', automatedOn = false, declared } = subject;
  const spec = isObject(application.spec) ? application.spec : {};
  const automated = automatedOf(spec);
  const set = declared?.set;
  if (driver === 'argocd' && automated?.on) {
    const off =
      set === undefined
        ? 'Turn it off first'
        : `Turn it off in ApplicationSet ${set} first, which would turn it on again here`;
    return {
      possible: false,
      why: `Argo CD refuses it: rollback cannot be initiated when auto-sync is enabled. ${off}, or revert in Git.`,
      undoneBy: 'Automated sync of Argo CD would bring the newer revision back.',
    };
  }
  const known = entry.revisions.some((it, i) => isCommit(it) || isChart(entry, i));
  if (!known) return { possible: false, why: 'It was synced from content that no revision names.' };
  if (automated && automatedOn)
    return {
      possible: true,
      undoneBy: 'The embedded loop (automated sync) will bring the newer revision back. Turn it off, or revert in Git.',
    };
  return { possible: true };
}

type Way =
  | { readonly kind: 'none'; readonly why: string }
  | {
      readonly kind: 'revert';
      readonly root: string;
      readonly base: string;
      readonly commits: readonly CommitNote[];
      readonly branch: string;
      readonly reason: string;
      readonly summary: string;
    }
  | {
      readonly kind: 'pin';
      readonly root: string;
      readonly base: string;
      readonly path: string;
      readonly content: string;
      readonly branch: string;
      readonly message: string;
      readonly summary: string;
    };

async function made(way: Exclude<Way, { kind: 'none' }>, git: Git): Promise<BranchAnswer | undefined> {
  return way.kind === 'revert' ? git.revertOnBranch?.(way.root, way) : git.commitOnBranch?.(way.root, way);
}

/** The one source that moved since the entry, and how to move it back. */
async function wayBack({ subject, entry }: RollbackSubject, ports: RollbackPorts): Promise<Way> {
  const none = (why: string): Way => ({ kind: 'none', why });
  const { application, declared } = subject;
  const name = String(metadataOf(application).name ?? '');
  const near = declared ? [declared.file.slice(0, declared.file.lastIndexOf('/'))] : [];
  const sources = sourcesOf(isObject(application.spec) ? application.spec : {});
  const reasons: string[] = [];
  for (const [i, source] of sources.entries()) {
    const then = entry.revisions[i];
    const pinned = textOf(source.targetRevision);
    if (then === undefined) continue;
    if (isChart(entry, i) || isPin(pinned)) {
      if (pinned === then) continue;
      const way = await pinBack({ subject, name, source: i, then, pinned }, ports);
      if (way.kind !== 'none') return way;
      reasons.push(way.why);
      continue;
    }
    const root = await ports.repositoryOf(textOf(source.repoURL), near);
    if (root === undefined) {
      reasons.push(`No opened folder is a clone of ${textOf(source.repoURL)}.`);
      continue;
    }
    if (!isCommit(then)) {
      reasons.push('It was synced from content that no commit names.');
      continue;
    }
    const way = await revertBack({ name, root, source, then }, ports.git);
    if (way.kind !== 'none') return way;
    reasons.push(way.why);
  }
  return none(reasons[0] ?? 'Nothing changed in Git since.');
}

async function revertBack(
  about: { readonly name: string; readonly root: string; readonly source: JsonObject; readonly then: string },
  git: Git,
): Promise<Way> {
  const { name, root, source, then } = about;
  const none = (why: string): Way => ({ kind: 'none', why });
  const base = await git.resolve(root, textOf(source.targetRevision) || 'HEAD');
  if (base === undefined) return none(`${root} has no branch "${textOf(source.targetRevision)}". Fetch it.`);
  if ((await git.resolve(root, then)) === undefined)
    return none(`${root} does not have commit ${then.slice(0, 8)}. Fetch it.`);
  const paths = await pathsOfSource(source, path => git.readAt(root, base, path));
  const commits = (await git.commitsTouching?.(root, { from: then, to: base, paths })) ?? [];
  if (commits.length === 0) return none(`Nothing of ${name} was committed since ${then.slice(0, 8)}.`);
  const list = commits
    .slice(0, 5)
    .map(it => `"${it.subject}"`)
    .join(', ');
  const more = commits.length > 5 ? ` and ${commits.length - 5} more` : '';
  return {
    kind: 'revert',
    ...{ root, base, commits },
    branch: `revert-${name}-to-${then.slice(0, 8)}`,
    reason: `\nBrings ${name} back to ${then.slice(0, 12)}.`,
    summary: `Takes back ${commits.length} ${commits.length === 1 ? 'commit' : 'commits'}: ${list}${more}.`,
  };
}

async function pinBack(
  about: {
    readonly subject: OperationSubject;
    readonly name: string;
    readonly source: number;
    readonly then: string;
    readonly pinned: string;
  },
  { git }: RollbackPorts,
): Promise<Way> {
  const { subject, name, then, pinned } = about;
  const none = (why: string): Way => ({ kind: 'none', why });
  const { declared } = subject;
  if (!declared)
    return none('No opened folder declares this Application, so its targetRevision cannot be changed here.');
  if (declared.set !== undefined)
    return none(
      `ApplicationSet ${declared.set} generates this Application: change the revision ${pinned} there, to ${then}.`,
    );
  const folder = declared.file.slice(0, declared.file.lastIndexOf('/'));
  const repository = await git.repositoryOf(folder);
  const path = repository && relativeTo(repository.root, declared.file);
  const base = repository && (await git.resolve(repository.root, 'HEAD'));
  if (!repository || path === undefined || base === undefined)
    return none(`${declared.file} is not in a Git repository.`);
  const text = await git.readAt(repository.root, base, path);
  if (text === undefined) return none(`${path} is not committed yet.`);
  const content = withRevision(text, path, name, about.source, then);
  if (content === undefined) return none(`${path} does not say targetRevision: ${pinned} in its committed form.`);
  const summary = `Changes targetRevision of ${name} from ${pinned} back to ${then} in ${path}.`;
  return {
    kind: 'pin',
    ...{ root: repository.root, base, path, content, summary },
    branch: `revert-${name}-to-${then.slice(0, 12)}`,
    message: `Bring ${name} back to ${then}\n\n${summary}\n`,
  };
}

/** The text with one scalar replaced; everything else of the file stays as it was written. */
function withRevision(text: string, path: string, name: string, source: number, revision: string): string | undefined {
  for (const document of parseFile(path, text).documents) {
    const { value } = document;
    if (!isObject(value) || value.kind !== 'Application' || metadataOf(value).name !== name) continue;
    const spec = isObject(value.spec) ? value.spec : {};
    const at = Array.isArray(spec.sources) ? `/spec/sources/${source}/targetRevision` : '/spec/source/targetRevision';
    const span = document.spanOf(at, 'value');
    if (span === undefined) return undefined;
    const quoted =
      /^[\w.-]+$/.test(revision) && !/^[\d.]+(e\d+)?$/i.test(revision) ? revision : JSON.stringify(revision);
    return text.slice(0, span.start) + quoted + text.slice(span.end);
  }
  return undefined;
}

/** History that Argo CD itself keeps, as far as a rollback needs it. */
export function storedFromArgocd(application: JsonObject): readonly StoredHistory[] {
  const status = isObject(application.status) ? application.status : {};
  return (Array.isArray(status.history) ? status.history : []).filter(isObject).map(it => {
    const sources = Array.isArray(it.sources) ? it.sources.filter(isObject) : isObject(it.source) ? [it.source] : [];
    const revisions = Array.isArray(it.revisions) ? it.revisions.map(textOf) : [textOf(it.revision)];
    return {
      id: typeof it.id === 'number' ? it.id : -1,
      deployedAt: timeOf(it.deployedAt) ?? 0,
      revisions,
      initiatedBy: '',
      result: 'Succeeded',
      sources: sources.map(sourceText),
      fingerprint: '',
      spec: Array.isArray(it.sources) ? { sources: it.sources } : { source: it.source ?? {} },
    };
  });
}

function sourcesOf(spec: JsonObject): readonly JsonObject[] {
  if (Array.isArray(spec.sources) && spec.sources.length > 0) return spec.sources.filter(isObject);
  return isObject(spec.source) ? [spec.source] : [];
}

function isChart({ spec }: StoredHistory, i: number): boolean {
  const chart = sourcesOf(spec)[i]?.chart;
  return typeof chart === 'string' && chart !== '';
}

/** A commit or a version: it does not move by itself, so the manifest has to. */
const isPin = (revision: string): boolean => isCommit(revision) || /^v?\d+(\.\d+)+/.test(revision);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
