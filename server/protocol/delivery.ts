/** The words of the cluster half: trees, plans, differences, graphs. Plain data; imports nothing. Secret values are masked before they get here. */

/** `group/Kind/namespace/name` apart. */
export interface ResourceName {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

// — trees —

/** Client → server: children of a node of the views Clusters and Operations; without a node, the roots. */
export const clusterTreeRequest = 'gitops/clusterTree';
export const operationTreeRequest = 'gitops/operationTree';
export interface BranchParams {
  readonly parent?: string;
}

/** A line of a tree. Health and sync are told by icon, colour and word. */
export interface DeliveryNode {
  /** Stable as long as the thing it shows exists. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  /** A codicon's name, and a colour of package.json or of VS Code. */
  readonly icon: string;
  readonly color?: string;
  /** Words for menus (`application`, `resource`, `pod`, …), divided by spaces. */
  readonly context: string;
  readonly children: 'none' | 'collapsed' | 'expanded';
  /** What a screen reader says. */
  readonly accessibility: string;
  readonly cluster?: string;
  /** Id of the Application it belongs to. */
  readonly application?: string;
  readonly resource?: ResourceName;
}

/** Server → client: what was shown has changed. Only what the client has asked for is ever told. */
export const deliveryChanged = 'gitops/deliveryChanged';
export interface DeliveryChanged {
  readonly view: 'clusters' | 'operations';
  /** Nodes that are told anew; their children are the same. */
  readonly nodes: readonly DeliveryNode[];
  /** Parents whose children must be asked again; the empty text is the root. */
  readonly redraw: readonly string[];
}

/** Client → server: what of the clusters is shown. Answers what the view says above the tree. */
export const filterRequest = 'gitops/filter';
export interface TreeFilter {
  readonly text: string;
  /** Degraded first, then out of sync, then by name; else by name alone. */
  readonly worstFirst: boolean;
  readonly only: 'all' | 'outOfSync' | 'unhealthy';
  readonly grouping: 'project' | 'namespace' | 'none';
}

/** Server → client: what stands beside the trees. */
export const deliveryStatus = 'gitops/deliveryStatus';
export interface DeliveryStatus {
  /** Why the view is empty, for its welcome text. */
  readonly state: 'notOffered' | 'untrusted' | 'nothingChosen' | 'noApplications' | 'ready';
  /** Text of the status bar: cluster and worst health. */
  readonly text: string;
  readonly tooltip: string;
  readonly severity: 'none' | 'warning' | 'error';
  /** Applications that want a look: not healthy, or out of sync. */
  readonly badge: number;
  readonly badgeTooltip: string;
  /** Operations that run now. */
  readonly running: number;
  readonly sandbox: 'unavailable' | 'stopped' | 'running';
  /** The line above the tree: the filter, and how much it hides. */
  readonly message: string;
  readonly chosen: readonly string[];
}

/** Server → client: worth a toast. */
export const deliveryAlert = 'gitops/deliveryAlert';
export interface DeliveryAlert {
  readonly severity: 'warning' | 'error';
  readonly message: string;
  readonly application: string;
  /** What a click offers. */
  readonly action: 'plan' | 'show';
}

// — choosing —

/** Client → server: every Application, for pickers. */
export const applicationsRequest = 'gitops/applications';
export interface ApplicationChoice {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly icon: string;
  readonly running: boolean;
  /** An embedded loop can be turned on for it: whether it is, and what its manifest lets it do. */
  readonly automated?: { readonly on: boolean; readonly prune: boolean; readonly selfHeal: boolean };
}

/** Client → server: contexts to choose from. None is contacted by this. */
export const contextsRequest = 'gitops/contexts';
export interface ContextChoice {
  readonly name: string;
  readonly description: string;
  readonly chosen: boolean;
}

/** Client → server: resources of one Application, for pickers of commands that want one. */
export const resourcesRequest = 'gitops/resources';
export interface ResourcesParams {
  readonly application: string;
  /** `pods`: what has logs; `managed`: what the manifests name. */
  readonly which: 'all' | 'pods' | 'managed';
}
export interface ResourceChoice {
  readonly resource: ResourceName;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
}

/** Client → server: which Applications a manifest file belongs to, with those of its objects that they manage. */
export const ownersRequest = 'gitops/owners';
export interface OwnersParams {
  readonly uri: string;
}
export interface FileOwner {
  readonly application: string;
  readonly label: string;
  readonly resources: readonly ResourceName[];
}

/** Client → server: where an Application (or a resource of it) is declared; null where that is in no opened folder. */
export const declaredRequest = 'gitops/declared';
export interface DeclaredParams {
  readonly application: string;
  readonly resource?: ResourceName;
}

// — looking —

/** Which content of the repositories. */
export type Content =
  | 'buffers'
  | 'workTree'
  | 'staged'
  | 'lastSynced'
  /** `HEAD`, a branch, a tag or a commit. */
  | { readonly revision: string };

/** Which content a side of a difference is; `entry`: an entry of the history, with every source as it was then. */
export type DiffSide = 'live' | Content | { readonly entry: number };

/** Client → server: documents that show the differences of an Application, or of some of its resources. */
export const diffRequest = 'gitops/diff';
export interface DiffParams {
  readonly application: string;
  readonly only?: readonly ResourceName[];
  readonly left: DiffSide;
  readonly right: DiffSide;
  /** Every resource, and not only those that differ. */
  readonly all?: boolean;
}
export interface DiffAnswer {
  /** Says which sides. */
  readonly title: string;
  readonly files: readonly DiffFile[];
  /** What to say where nothing differs, or where it could not be compared. */
  readonly message?: string;
}
export interface DiffFile {
  readonly label: string;
  readonly left: string;
  readonly right: string;
}

/** Client → server: the URI of a document about one object: as it lives, its events, the end of its log. */
export const lookRequest = 'gitops/look';
export interface LookParams {
  readonly application: string;
  readonly resource: ResourceName;
  readonly at: 'live' | 'events' | 'logs';
  readonly container?: string;
}

/** Client → server: containers of a Pod, in order. */
export const containersRequest = 'gitops/containers';

/** Client → server: a document that the server keeps up to date was closed. */
export const documentClosed = 'gitops/documentClosed';
export interface DocumentClosed {
  readonly uri: string;
}

/** Schemes of documents that the server writes: one side of a difference each, one object, one log. */
export const liveScheme = 'gitops-live';
export const targetScheme = 'gitops-target';
export const logScheme = 'gitops-log';
export const deliverySchemes: readonly string[] = [liveScheme, targetScheme, logScheme];

// — acting —

/** Client → server: what a sync, a rollback or a deletion would do. */
export const planRequest = 'gitops/plan';
export interface PlanParams {
  readonly application: string;
  readonly options: PlanOptions;
}
export interface PlanOptions {
  readonly kind: 'sync' | 'rollback' | 'delete';
  readonly entry?: number;
  readonly cascade?: 'foreground' | 'background' | 'none';
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly replace?: boolean;
  readonly pruneConfirmed?: boolean;
  readonly resources?: readonly ResourceName[];
  /** What is applied; absent: what the editor holds. */
  readonly content?: Content;
}

/** Everything that the panel shows of a plan. */
export interface PlanView {
  /** The plan that `execute` runs. */
  readonly ticket: string;
  readonly application: string;
  readonly title: string;
  readonly subtitle: string;
  readonly options: PlanOptions;
  readonly refusals: readonly PlanNote[];
  readonly warnings: readonly string[];
  readonly steps: readonly PlanLine[];
  /** `2 creates, 1 change`. */
  readonly summary: string;
  /** What must be confirmed once more before it runs, in sentences; empty: nothing is lost by it. */
  readonly destructive: readonly string[];
  /** What live is compared with in differences of its steps; absent where there is no such thing. */
  readonly against?: DiffSide;
  /** The button that accepts: `Sync`, `Roll Back`, `Delete`, `Dry Run`. */
  readonly accept: string;
}
export interface PlanNote {
  readonly guard: string;
  readonly message: string;
  readonly about?: string;
}
export interface PlanLine {
  readonly id: string;
  readonly resource: ResourceName;
  readonly phase: string;
  readonly wave: number;
  readonly hook: boolean;
  readonly action: string;
  readonly reason: string;
  /** A difference can be shown. */
  readonly diff: boolean;
}

/** Client → server: runs a plan that a person accepted. */
export const executeRequest = 'gitops/execute';
export interface ExecuteParams {
  readonly ticket: string;
}
export type ExecuteResult =
  | { readonly kind: 'started'; readonly operation: OperationView }
  | { readonly kind: 'refused'; readonly refusals: readonly PlanNote[] };

/** Server → client: an operation went on. */
export const operationChanged = 'gitops/operation';
export interface OperationView {
  readonly id: string;
  readonly application: string;
  readonly title: string;
  readonly phase: 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';
  readonly message: string;
  readonly running: boolean;
  /** Steps that are over, of all. */
  readonly done: number;
  readonly steps: readonly OperationLine[];
}
export interface OperationLine {
  /** That of the plan's line. */
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped';
  readonly message: string;
  readonly log?: string;
}

/** Client → server. */
export const terminateRequest = 'gitops/terminate';
export interface ApplicationParams {
  readonly application: string;
}

/** Client → server: compares anew; of one Application, of one cluster's all, or of everything. */
export const refreshRequest = 'gitops/refreshApplications';
export interface RefreshParams {
  readonly application?: string;
  readonly hard?: boolean;
}

/** Client → server: turns the embedded loop for an Application's automated sync on or off; for this session. */
export const automatedRequest = 'gitops/automated';
export interface AutomatedParams {
  readonly application: string;
  readonly on: boolean;
}

// — history —

export const historyRequest = 'gitops/history';
export interface HistoryChoice {
  readonly id: number;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** What lives now: going back to it changes nothing. */
  readonly current: boolean;
}

/** Client → server: the ways back to an entry of the history, the lasting one first. */
export const rollbackRequest = 'gitops/rollback';
export interface RollbackParams {
  readonly application: string;
  readonly entry: number;
}
export interface RollbackWay {
  readonly kind: 'git' | 'cluster';
  readonly label: string;
  /** Why it cannot be done, or who would undo it. */
  readonly description: string;
  readonly possible: boolean;
}

/** Client → server: makes the revert commit on a new branch. Pushes nothing. */
export const revertRequest = 'gitops/revert';
export interface RevertResult {
  readonly made: boolean;
  /** What was made and what to do next; or why not. */
  readonly message: string;
  /** Folder of the repository. */
  readonly uri?: string;
  readonly branch?: string;
}

// — the graph —

export const graphRequest = 'gitops/graph';
export interface GraphView {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
export interface GraphNode {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly health: string;
  readonly sync: string;
  readonly info: string;
  readonly resource?: ResourceName;
}
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'owns' | 'routes';
}

// — the sandbox —

/** Client → server: starts the sandbox cluster inside the server, or forgets everything in it. */
export const sandboxRequest = 'gitops/sandbox';
export interface SandboxParams {
  readonly action: 'start' | 'reset';
}
export interface SandboxResult {
  /** The context to choose. */
  readonly context?: string;
  /** Why it could not be started. */
  readonly problem?: string;
}
