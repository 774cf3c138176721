import { parseFile } from '../core/documents/parse.ts';
import type { KnowledgeOf, Known } from '../core/facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import { unavailable } from './contents.ts';
import type { Knowledge } from './factStore.ts';
import { secretsOfContexts } from './kubeconfig.ts';
import type { ManifestIndex } from './manifestIndex.ts';
import { folderOf, resolvePath } from './paths.ts';
import type { FileSystem } from './ports.ts';
import { type Sample, sampleFor, samplesIn } from './samples.ts';
import type { Settings } from './settings.ts';

export interface KnowledgeSources {
  readonly index: ManifestIndex;
  readonly files: FileSystem;
  readonly settings: () => Settings;
  /** Absolute path of a path in a setting. */
  readonly resolve: (path: string) => string;
  readonly buffer: (file: string) => string | undefined;
  readonly isIndexed: () => boolean;
  readonly indexed: () => Promise<void>;
  /** Texts of the user's kubeconfig files. */
  readonly kubeconfigs: (() => Promise<readonly string[]>) | undefined;
  readonly tell: (about: string, message: string) => void;
}

const noClusters =
  'No clusters are known. Put Argo CD cluster Secrets into the workspace, name a file of them (--clusters FILE, or the setting gitopsWorkbench.clustersFile), or pick kubeconfig contexts (gitopsWorkbench.kubeContexts).';
const noProjects = 'No AppProject stands in the workspace.';

/** Every Argo CD has it (argo-cd:util/db/project.go makes it when it is missing). */
const defaultProject: JsonObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'default' },
  spec: {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
};

/** One object, so that stages see that nothing changed. */
const notAll = unavailable('What the workspace holds may not be all there is.');

/** Clusters, projects and sample parameters of a workspace. Answers stay the same object until something changes. */
export class WorkspaceFacts implements Knowledge {
  readonly #sources: KnowledgeSources;
  #fromIndex: { readonly clusters: Known<'clusters'>; readonly projects: Known<'projects'> } | undefined;
  #clustersFile: Known<'clusters'> | undefined;
  #patches: ReadonlySet<string> | undefined;
  #contexts: readonly JsonObject[] | undefined;
  #samples: readonly Sample[] | Extract<Known<'samples'>, { unavailable: true }> | undefined;
  readonly #answers = new Map<string, Known<'samples'>>();

  constructor(sources: KnowledgeSources) {
    this.#sources = sources;
  }

  /** The index or a named file changed. */
  forget(): void {
    this.#fromIndex = undefined;
    this.#patches = undefined;
    this.#contexts = undefined;
    this.#clustersFile = undefined;
    this.#samples = undefined;
    this.#answers.clear();
  }

  /** A file of clusters says which there are; the Secrets of a workspace are some of them. */
  readonly clusters = ({ all }: KnowledgeOf = {}): Known<'clusters'> | undefined => {
    if (this.#sources.settings().clustersFile !== undefined) return this.#clustersFile;
    return all ? notAll : this.#indexed()?.clusters;
  };

  /** Whether a kustomization of the workspace lays this file over others. */
  readonly isPatch = (file: string): boolean => {
    this.#patches ??= new Set(
      this.#sources.index.lookup({ kind: 'Kustomization' }).flatMap(({ file: at, value }) => {
        const patches = isObject(value) && Array.isArray(value.patches) ? value.patches : [];
        return patches.flatMap(it => (typeof it === 'string' ? [resolvePath(folderOf(at), it)] : []));
      }),
    );
    return this.#patches.has(file);
  };

  readonly projects = ({ all }: KnowledgeOf = {}): Known<'projects'> | undefined =>
    all ? notAll : this.#indexed()?.projects;

  readonly samples = (generator: string, spec: Json): Known<'samples'> | undefined => {
    if (this.#sources.settings().parametersFile === undefined) return this.#answer(generator, spec, []);
    if (this.#samples === undefined) return undefined;
    return 'unavailable' in this.#samples ? this.#samples : this.#answer(generator, spec, this.#samples);
  };

  readonly look = async (): Promise<void> => {
    const { clustersFile, parametersFile } = this.#sources.settings();
    await this.#sources.indexed();
    if (clustersFile !== undefined && this.#clustersFile === undefined) {
      const text = await this.#text(clustersFile);
      this.#clustersFile = typeof text === 'string' ? secretsIn(clustersFile, text) : unavailable(text.why);
    }
    if (this.#wantsContexts() && this.#contexts === undefined) {
      const picked = this.#sources.settings().kubeContexts;
      this.#contexts = secretsOfContexts((await this.#sources.kubeconfigs?.()) ?? [], picked);
      const found = this.#contexts.map(it => isObject(it.metadata) && it.metadata.name);
      for (const name of picked.filter(it => !found.includes(it)))
        this.#sources.tell(name, `No kubeconfig has a context "${name}" with a cluster.`);
    }
    if (parametersFile !== undefined && this.#samples === undefined) {
      const text = await this.#text(parametersFile);
      if (typeof text !== 'string') {
        this.#samples = unavailable(text.why);
        return;
      }
      const { samples, complaints } = samplesIn(parametersFile, text);
      for (const complaint of complaints) this.#sources.tell(parametersFile, complaint);
      this.#samples = samples;
    }
  };

  async #text(path: string): Promise<string | { readonly why: string }> {
    const file = this.#sources.resolve(path);
    const text =
      this.#sources.buffer(file) ?? (await this.#sources.files.read(file, this.#sources.settings().maxFileSize));
    if (text !== undefined && text !== 'tooLarge') return text;
    const why =
      text === 'tooLarge' ? `${path} is too large to be read.` : `${path} does not exist or is not a text file.`;
    this.#sources.tell(path, why);
    return { why };
  }

  #indexed() {
    if (!this.#sources.isIndexed() || (this.#wantsContexts() && this.#contexts === undefined)) return undefined;
    this.#fromIndex ??= this.#read();
    return this.#fromIndex;
  }

  /** Only where no file names the clusters. */
  #wantsContexts(): boolean {
    const { clustersFile, kubeContexts } = this.#sources.settings();
    return clustersFile === undefined && kubeContexts.length > 0;
  }

  #read() {
    const { index } = this.#sources;
    const secrets = index
      .lookup({ kind: 'Secret' })
      .flatMap(it => (it.secretType === 'cluster' && isObject(it.value) ? [it.value] : []));
    // A Secret of the same name knows more: it has labels.
    const names = new Set(secrets.map(nameIn));
    const clusters = [...secrets, ...(this.#contexts ?? []).filter(it => !names.has(nameIn(it)))];
    const projects = index.lookup({ kind: 'AppProject' }).flatMap(it => (isObject(it.value) ? [it.value] : []));
    const hasDefault = projects.some(it => isObject(it.metadata) && it.metadata.name === 'default');
    return {
      clusters: clusters.length > 0 ? clusters : unavailable(noClusters),
      projects: projects.length > 0 ? [...projects, ...(hasDefault ? [] : [defaultProject])] : unavailable(noProjects),
    };
  }

  #answer(generator: string, spec: Json, samples: readonly Sample[]): Known<'samples'> {
    const key = `${generator}\0${JSON.stringify(spec)}`;
    const known = this.#answers.get(key);
    if (known) return known;
    const made: Known<'samples'> =
      sampleFor(samples, generator, spec)?.parameters ??
      unavailable(
        `What the ${generator} generator finds is not knowable offline. Write sample parameters for it (--parameters FILE, or the setting gitopsWorkbench.parametersFile; see docs/parameters.md).`,
      );
    this.#answers.set(key, made);
    return made;
  }
}

function nameIn(secret: JsonObject): Json | undefined {
  const given = isObject(secret.stringData) ? secret.stringData.name : undefined;
  return given ?? (isObject(secret.metadata) ? secret.metadata.name : undefined);
}

/** Every Secret of a file, those in a `List` as kubectl prints it included. */
function secretsIn(file: string, text: string): readonly JsonObject[] {
  return parseFile(file, text).documents.flatMap(({ value }) => {
    const items = isObject(value) && Array.isArray(value.items) ? value.items : [value];
    return items.filter(isObject).filter(it => it.kind === 'Secret');
  });
}
