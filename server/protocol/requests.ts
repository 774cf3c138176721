/** The words that the client and the server share beyond LSP. Plain data; imports nothing. */

/** Client → server: children of a node of the "Generated Applications" tree; without a node, the roots. */
export const treeRequest = 'gitops/tree';
export interface TreeParams {
  /** Id of the parent node, as the server gave it. */
  readonly parent?: string;
}

/** Server → client: the tree (or, with `id`, what is below one node) has changed. */
export const treeChanged = 'gitops/treeChanged';
export interface TreeChanged {
  readonly id?: string;
}

export interface TreeNode {
  /** Stable as long as the thing it shows exists. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  /** A codicon's name. */
  readonly icon: string;
  /** Words for menus (`applicationSet`, `application`, `reason`), divided by spaces. */
  readonly context: string;
  readonly children: 'none' | 'collapsed' | 'expanded';
  /** What a click opens. */
  readonly open?: Location;
  /** The set a preview is opened for. */
  readonly set?: SetReference;
  readonly accessibility?: string;
}

export interface Location {
  readonly uri: string;
  readonly range?: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

export interface SetReference {
  readonly uri: string;
  /** Zero-based position of the ApplicationSet in its file. */
  readonly document: number;
  readonly name: string;
}

/** Client → server: where the thing behind a node of the tree is; null when it is not local. */
export const locateRequest = 'gitops/locate';
export interface LocateParams {
  readonly node: string;
}

/** Server → client: what the status item shows. */
export const statusChanged = 'gitops/status';
export interface Status {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly severity: 'information' | 'warning' | 'error';
}

/** Client → server: the configuration, whenever it changes; keys as in package.json below `gitopsWorkbench.`. */
export const configurationChanged = 'gitops/configuration';
export interface Configuration {
  readonly settings: unknown;
  /** Hover, completion and outline by schema; off where another extension gives them already. */
  readonly schemaFeatures: boolean;
  /** Another extension tells syntax errors and duplicate keys of every YAML file: said twice, they annoy. */
  readonly syntaxElsewhere: boolean;
  /** `false`: nobody trusts the folder, and no cluster is contacted. */
  readonly trusted?: boolean;
}

/** Sent with `initialize`. */
export interface InitializationOptions extends Configuration {
  /** Folder of the extension's built files; the server finds its WebAssembly module and schemas there. */
  readonly dist: string;
  /** The client has `openSourceCommand`, which also shows folders. */
  readonly folders?: boolean;
  /** A folder of this window's own, for what the sandbox cluster remembers. */
  readonly storage?: string;
}

/** Scheme of read-only previews; made by the server as text document content. */
export const previewScheme = 'gitops-preview';

/** The preview of one ApplicationSet, of today or with its repositories at a revision. The path gives the editor its title and its language. */
export function previewUri(set: SetReference, revision?: string): string {
  const title = revision === undefined ? set.name : `${set.name}@${revision}`;
  const query = { uri: set.uri, document: set.document, ...(revision === undefined ? {} : { revision }) };
  return `${previewScheme}:/${encodeURIComponent(title)}.generated.yaml?${encodeURIComponent(JSON.stringify(query))}`;
}

/** Commands of the client that answers of the server name. */
export const openPreviewCommand = 'gitops.openPreview';
export const openSourceCommand = 'gitops.openSource';
