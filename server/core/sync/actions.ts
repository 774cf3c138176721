import type { JsonObject } from '../text/json.ts';
import { hasSyncOption, kindOf, syncOptionValue } from './resource.ts';
import type { SyncTask } from './tasks.ts';

export interface PassOptions {
  readonly prune?: boolean;
  readonly pruneConfirmed?: boolean;
  readonly defaultPruneOption?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly replace?: boolean;
  readonly serverSideApply?: boolean;
  readonly validate?: boolean;
}

/** Things to do at once, in any order; the answer has one outcome for each. */
export type Actions = readonly SyncAction[];

export type SyncAction =
  | {
      readonly kind: 'apply';
      readonly how: ApplyKind;
      readonly object: JsonObject;
      readonly live?: JsonObject;
      readonly dryRun: boolean;
      readonly force: boolean;
      readonly validate: boolean;
    }
  | { readonly kind: 'prune'; readonly object: JsonObject }
  | { readonly kind: 'deleteHook'; readonly object: JsonObject }
  | { readonly kind: 'removeHookFinalizer'; readonly object: JsonObject }
  /** Whether an object exists that the observation did not have. */
  | { readonly kind: 'look'; readonly object: JsonObject };

/** `replace` recreates when forced; `update` keeps CRDs and Namespaces alive; `create` where nothing is live. */
export type ApplyKind = 'apply' | 'serverSideApply' | 'create' | 'replace' | 'update';
export type Outcome =
  | { readonly kind: 'done'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'missing' };

/** Yields what is to be done now and is given one outcome for each. */
export type Pass<T> = Generator<Actions, T, readonly Outcome[]>;

export function applyAction({ target = {}, live }: SyncTask, options: PassOptions, dryRun: boolean): SyncAction {
  const wants = (option: string): boolean => hasSyncOption(target, option) || hasSyncOption(live, option);
  return {
    kind: 'apply',
    how: applyKind(target, live, options, dryRun),
    object: target,
    ...(live && { live }),
    dryRun,
    force: (options.force ?? false) || wants('Force=true'),
    validate: (options.validate ?? true) && !hasSyncOption(target, 'Validate=false'),
  };
}

/** Replace goes before server-side apply; a replaced CRD would take its objects along, a replaced Namespace everything in it. */
function applyKind(target: JsonObject, live: JsonObject | undefined, options: PassOptions, dryRun: boolean): ApplyKind {
  const replace = options.replace || hasSyncOption(target, 'Replace=true') || hasSyncOption(live, 'Replace=true');
  if (replace) {
    if (!live) return 'create';
    return kindOf(target) === 'CustomResourceDefinition' || kindOf(target) === 'Namespace' ? 'update' : 'replace';
  }
  // The dry run is never server-side: its namespace may not exist yet (argo-cd issue 13874).
  if (dryRun || options.dryRun || hasSyncOption(target, 'ServerSideApply=false')) return 'apply';
  return options.serverSideApply || hasSyncOption(target, 'ServerSideApply=true') ? 'serverSideApply' : 'apply';
}

/** What a resource says of being pruned, whatever it says and at its first word, or the controller's default. */
export function pruneOption({ live }: SyncTask, { defaultPruneOption = '' }: PassOptions): string {
  return (live && syncOptionValue(live, 'Prune')) ?? defaultPruneOption;
}

export function needsConfirmation(task: SyncTask, options: PassOptions): boolean {
  return !options.pruneConfirmed && !task.target && pruneOption(task, options) === 'confirm';
}
