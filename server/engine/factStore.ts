import {
  type FactKind,
  type Facts,
  type FactTypes,
  isUnavailable,
  type KnowledgeOf,
  type Known,
  type LibraryResult,
  type Missing,
  type Tree,
  type TreeOf,
  type Unavailable,
} from '../core/facts/facts.ts';
import { createRenderingStore, type RenderingStore } from '../core/facts/renderings.ts';
import type { Json } from '../core/text/json.ts';
import {
  type Asking,
  bytesAt,
  type Content,
  type ContentPorts,
  contentFor,
  detailsOf,
  failureAsFact,
  filesOf,
  textAt,
} from './contents.ts';
import { relativeTo } from './paths.ts';
import { answerRenderings } from './renderings.ts';
import { isBelow, isGitState } from './repositories.ts';
import type { FileChange } from './workbench.ts';

/** What is known of the workspace rather than of repositories; each answers at once or, where it must look, when asked to. */
export interface Knowledge {
  readonly clusters: (of: KnowledgeOf) => Known<'clusters'> | undefined;
  readonly projects: (of: KnowledgeOf) => Known<'projects'> | undefined;
  readonly samples: (generator: string, spec: Json) => Known<'samples'> | undefined;
  /** Looks for what the three do not know yet. */
  readonly look: () => Promise<void>;
}

/** Texts kept of repositories, in UTF-16 units: a repository's worth of small configuration files, not more. */
const mostText = 50_000_000;
const mostResults = 20_000;
/** Files read at once. */
const abreast = 64;

/**
 * Everything core asked for and the engine found, until an event says that it may have changed. One store serves all files of a workbench;
 * a `FactsView` of it answers for one file and remembers what it was asked, so that the file is looked at again when that changes.
 */
export class FactStore {
  readonly renderings: RenderingStore = createRenderingStore();
  readonly #ports: ContentPorts;
  readonly #knowledge: Knowledge;
  readonly #contents = new Map<string, Content | Unavailable>();
  readonly #trees = new Map<string, Tree | Unavailable>();
  readonly #texts = new Map<string, string | Unavailable>();
  readonly #library = new Map<string, LibraryResult>();
  readonly #underway = new Map<string, Promise<void>>();
  #textLength = 0;

  constructor(ports: ContentPorts, knowledge: Knowledge) {
    this.#ports = ports;
    this.#knowledge = knowledge;
  }

  view(asking: Asking): FactsView {
    const asker = `${asking.revision ?? ''}\n${asking.layer ?? ''}${asking.lenient ? '?' : ''}\n${asking.near.join('\n')}`;
    const used: Used = { files: new Set(), roots: new Set(), workspace: false };
    const contentKey = (of: TreeOf) => `${asker}\0${of.repoURL}\0${of.revision}\0${of.tagPrefix ?? ''}`;
    const get = (kind: FactKind, of: never): unknown => {
      switch (kind) {
        case 'tree':
          return this.#tree(contentKey(of), of, used);
        case 'file':
          return this.#file(contentKey(of), (of as FactTypes['file']['of']).path, used);
        case 'bytes':
          return this.#bytes(contentKey(of), (of as FactTypes['bytes']['of']).path, used);
        case 'library':
          return this.#library.get(JSON.stringify(of));
        // Of renderings of Applications, which have a view of their own over this one (renderFacts.ts).
        case 'chart':
        case 'remoteTree':
        case 'remoteFile':
        case 'renderings':
          return undefined;
        default:
          used.workspace = true;
          return this.#known(kind, of);
      }
    };
    return {
      renderings: this.renderings,
      get: get as Facts['get'],
      used,
      fetch: missing => this.#fetch(missing, asking, contentKey),
    };
  }

  /** Repositories, folders or settings changed: where content comes from must be asked again. */
  forgetRepositories(): void {
    this.#contents.clear();
    this.#trees.clear();
    this.#texts.clear();
    this.#textLength = 0;
  }

  changed({ file, kind }: FileChange): void {
    if (isGitState(file)) {
      // A checkout, a commit, a fetch, a new remote: file events follow for the work tree, but not for what names mean.
      this.#contents.clear();
      this.#dropWhere(this.#trees, key => !isCommitKey(key));
      return;
    }
    for (const root of this.#roots()) {
      const path = relativeTo(root, file);
      if (path === undefined) continue;
      for (const layer of ['w', 'd']) {
        this.#dropText(`${layer} ${root}\0${path}`);
        this.#dropText(`${layer} ${root}\0${path}\0bytes`);
      }
    }
    if (kind !== 'changed' || file.endsWith('/.gitignore'))
      this.#dropWhere(this.#trees, key => !isCommitKey(key) && isBelow(rootIn(key), file));
  }

  /** The index may change without any event: what is staged is read anew each time. */
  forgetStaged(): void {
    this.#dropWhere(this.#trees, isStagedKey);
    for (const key of this.#texts.keys()) if (isStagedKey(key)) this.#dropText(key);
  }

  /** Work trees in use: a handful, where texts may be many thousands. */
  #roots(): ReadonlySet<string> {
    return new Set(
      [...this.#contents.values()].flatMap(it => ('root' in it && it.commit === undefined ? [it.root] : [])),
    );
  }

  #dropWhere<T>(map: Map<string, T>, matches: (key: string) => boolean): void {
    for (const key of map.keys()) if (matches(key)) map.delete(key);
  }

  #known(
    kind: 'clusters' | 'projects' | 'samples',
    of: KnowledgeOf & { readonly generator?: string; readonly spec?: Json },
  ) {
    if (kind === 'clusters') return this.#knowledge.clusters(of);
    if (kind === 'projects') return this.#knowledge.projects(of);
    return this.#knowledge.samples(of.generator ?? '', of.spec ?? null);
  }

  #tree(key: string, of: FactTypes['tree']['of'], used: Used): Known<'tree'> | undefined {
    const content = this.#contents.get(key);
    if (content === undefined || isUnavailable(content)) return content;
    if (content.commit === undefined) used.roots.add(content.root);
    // The same object as long as nothing changed: stages compare answers by identity.
    return this.#trees.get(treeKey(content, of));
  }

  #file(key: string, path: string, used: Used): Known<'file'> | undefined {
    const content = this.#contents.get(key);
    if (content === undefined || isUnavailable(content)) return content;
    if (content.commit === undefined) {
      const file = `${content.root}/${path}`;
      used.files.add(file);
      const open = content.layer === undefined ? this.#ports.buffer(file) : undefined;
      if (open !== undefined) return open;
    }
    return this.#texts.get(`${keyOf(content)}\0${path}`);
  }

  #bytes(key: string, path: string, used: Used): Known<'bytes'> | undefined {
    const content = this.#contents.get(key);
    if (content === undefined || isUnavailable(content)) return content;
    if (content.commit === undefined) used.files.add(`${content.root}/${path}`);
    return this.#texts.get(`${keyOf(content)}\0${path}\0bytes`);
  }

  async #fetch(missing: readonly Missing[], asking: Asking, contentKey: (of: TreeOf) => string): Promise<void> {
    const calls = new Map<string, FactTypes['library']['of']>();
    const files = new Map<string, FactTypes['file']['of']>();
    const others: Promise<void>[] = [];
    let renderings = false;
    let look = false;
    for (const it of missing) {
      if (it.kind === 'library') calls.set(JSON.stringify(it.of), it.of);
      else if (it.kind === 'file') files.set(`${contentKey(it.of)}\0${it.of.path}`, it.of);
      else if (it.kind === 'bytes') others.push(this.#fetchBytes(contentKey(it.of), it.of, asking));
      else if (it.kind === 'tree') others.push(this.#fetchTree(contentKey(it.of), it.of, asking));
      else if (it.kind === 'renderings') renderings = true;
      else look = true;
    }
    if (look) others.push(this.#once('look', () => this.#knowledge.look()));
    if (renderings) others.push(answerRenderings(this.renderings, this.#ports.library));
    if (calls.size > 0) others.push(this.#fetchLibrary(calls));
    if (files.size > 0) others.push(this.#fetchFiles([...files.values()], asking, contentKey));
    await Promise.all(others);
  }

  async #fetchLibrary(calls: ReadonlyMap<string, FactTypes['library']['of']>): Promise<void> {
    const results = await this.#ports.library.call([...calls.values()]);
    for (const [at, key] of [...calls.keys()].entries()) {
      const result = results[at];
      if (result) this.#library.set(key, result);
    }
    for (const key of this.#library.keys()) {
      if (this.#library.size <= mostResults) break;
      this.#library.delete(key);
    }
  }

  #content(key: string, of: TreeOf, asking: Asking): Promise<void> {
    if (this.#contents.has(key)) return Promise.resolve();
    return this.#once(`content ${key}`, async () => {
      this.#contents.set(key, await contentFor(of, asking, this.#ports).catch(failureAsFact));
    });
  }

  async #fetchTree(key: string, of: FactTypes['tree']['of'], asking: Asking): Promise<void> {
    await this.#content(key, of, asking);
    const content = this.#contents.get(key);
    if (content === undefined || isUnavailable(content)) return;
    const known = treeKey(content, of);
    if (this.#trees.has(known)) return;
    await this.#once(`tree ${known}`, async () => {
      const tree = async () => {
        const files = await filesOf(content, this.#ports);
        return { files, ...(of.detailed ? await detailsOf(content, files, this.#ports) : {}) };
      };
      this.#trees.set(known, await tree().catch(failureAsFact));
    });
  }

  async #fetchFiles(
    wanted: readonly FactTypes['file']['of'][],
    asking: Asking,
    contentKey: (of: TreeOf) => string,
  ): Promise<void> {
    for (let at = 0; at < wanted.length; at += abreast) {
      await Promise.all(
        wanted.slice(at, at + abreast).map(async of => {
          const key = contentKey(of);
          await this.#content(key, of, asking);
          const content = this.#contents.get(key);
          if (content === undefined || isUnavailable(content)) return;
          const text = await textAt(content, of.path, this.#ports).catch(failureAsFact);
          this.#keep(`${keyOf(content)}\0${of.path}`, text);
        }),
      );
    }
  }

  async #fetchBytes(key: string, of: FactTypes['bytes']['of'], asking: Asking): Promise<void> {
    await this.#content(key, of, asking);
    const content = this.#contents.get(key);
    if (content === undefined || isUnavailable(content)) return;
    const bytes = await bytesAt(content, of.path, this.#ports).catch(failureAsFact);
    this.#keep(`${keyOf(content)}\0${of.path}\0bytes`, bytes);
  }

  #keep(key: string, text: string | Unavailable): void {
    this.#dropText(key);
    this.#texts.set(key, text);
    this.#textLength += lengthOf(text);
  }

  /** Between runs only: dropping what a run under way still needs would make it ask for ever. */
  trim(): void {
    for (const key of this.#texts.keys()) {
      if (this.#textLength <= mostText) break;
      this.#dropText(key);
    }
  }

  #dropText(key: string): void {
    this.#textLength -= lengthOf(this.#texts.get(key));
    this.#texts.delete(key);
  }

  #once(key: string, run: () => Promise<void>): Promise<void> {
    const known = this.#underway.get(key);
    if (known) return known;
    const running = run().finally(() => this.#underway.delete(key));
    this.#underway.set(key, running);
    return running;
  }
}

export interface Used {
  /** Absolute paths of work tree files. */
  readonly files: Set<string>;
  /** Roots whose list of files counted. */
  readonly roots: Set<string>;
  /** Whether clusters, projects or samples counted. */
  workspace: boolean;
}

export interface FactsView extends Facts {
  readonly used: Used;
  /** Finds what is missing, or learns that it cannot be found: asking again then answers. */
  fetch(missing: readonly Missing[]): Promise<void>;
}

/** `w` for a work tree under its buffers, `d` without them, `s` for what is staged, `c` for a commit, so that events need not touch what never changes. */
function keyOf(content: Content): string {
  if (content.commit !== undefined) return `c ${content.commit} ${content.root}`;
  return `${content.layer === undefined ? 'w' : content.layer === 'disk' ? 'd' : 's'} ${content.root}`;
}

function treeKey(content: Content, of: FactTypes['tree']['of']): string {
  return of.detailed ? `${keyOf(content)}\0detailed ${content.named ?? ''}` : keyOf(content);
}

function lengthOf(text: string | Unavailable | undefined): number {
  return typeof text === 'string' ? text.length : 0;
}

function isStagedKey(key: string): boolean {
  return key.startsWith('s ');
}

function isCommitKey(key: string): boolean {
  return key.startsWith('c ');
}

function rootIn(treeKey: string): string {
  return treeKey.slice(2).split('\0')[0] ?? '';
}
