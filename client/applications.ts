import { commands, type QuickPickItem, ThemeIcon, Uri, window } from 'vscode';
import {
  type ApplicationChoice,
  applicationsRequest,
  type DeliveryNode,
  type DiffAnswer,
  type DiffParams,
  diffRequest,
  type ResourceChoice,
  type ResourceName,
  type ResourcesParams,
  resourcesRequest,
} from '../server/protocol/delivery.ts';
import type { ClientWorkbench } from './workbench.ts';

/** The node that a menu or a click hands over. */
export function deliveryNodeIn(argument: unknown): DeliveryNode | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const handed = argument as { readonly node?: unknown; readonly context?: unknown };
  if (handed.node !== undefined) return deliveryNodeIn(handed.node);
  return typeof handed.context === 'string' ? (argument as DeliveryNode) : undefined;
}

/** The Application that a command is about: that of the node it was called on, else one that is picked. */
export async function applicationFor(
  workbench: ClientWorkbench,
  argument: unknown,
  title: string,
  fits: (it: ApplicationChoice) => boolean = () => true,
): Promise<string | undefined> {
  if (typeof argument === 'string') return argument;
  const handed = deliveryNodeIn(argument)?.application;
  if (handed !== undefined) return handed;
  const client = await workbench.server();
  const choices = (await client.sendRequest<ApplicationChoice[]>(applicationsRequest, {})).filter(fits);
  if (choices.length === 0) {
    const offer = 'Choose Clusters';
    const said = await window.showInformationMessage(
      'There is no Application for this. Applications of the opened folders are listed once their clusters are chosen.',
      offer,
    );
    if (said === offer) await commands.executeCommand('gitops.chooseClusters');
    return undefined;
  }
  const items = choices.map(it => ({ ...it, iconPath: new ThemeIcon(it.icon.replace('~spin', '')) }));
  return (
    await window.showQuickPick(items, {
      title,
      placeHolder: 'Application',
      matchOnDescription: true,
      matchOnDetail: true,
    })
  )?.id;
}

/** The resource that a command is about; picked where the command was not called on one. */
export async function resourceFor(
  workbench: ClientWorkbench,
  argument: unknown,
  title: string,
  which: ResourcesParams['which'],
): Promise<{ readonly application: string; readonly resource: ResourceName } | undefined> {
  const node = deliveryNodeIn(argument);
  if (node?.application !== undefined && node.resource && (which !== 'pods' || node.resource.kind === 'Pod'))
    return { application: node.application, resource: node.resource };
  const application = await applicationFor(workbench, argument, title);
  if (application === undefined) return undefined;
  const client = await workbench.server();
  const choices = await client.sendRequest<ResourceChoice[]>(resourcesRequest, { application, which });
  if (choices.length === 0) {
    await window.showInformationMessage(
      which === 'pods' ? 'The Application has no Pods.' : 'The Application has no resources in the cluster.',
    );
    return undefined;
  }
  const [only] = choices;
  const items = choices.map(it => ({ ...it, iconPath: new ThemeIcon(it.icon.replace('~spin', '')) }));
  const picked =
    choices.length === 1
      ? only
      : await window.showQuickPick(items, { title, placeHolder: 'Resource', matchOnDescription: true });
  return picked && { application, resource: picked.resource };
}

/** One resource in the diff editor; several in one editor of many files. */
export async function showDiff(workbench: ClientWorkbench, params: DiffParams): Promise<void> {
  const client = await workbench.server();
  const { title, files, message } = await window.withProgress(
    { location: { viewId: 'gitops.clusters' }, title: 'Comparing' },
    () => client.sendRequest<DiffAnswer>(diffRequest, params),
  );
  const [first, ...others] = files;
  if (!first) {
    await window.showInformationMessage(message ?? 'Nothing differs.');
    return;
  }
  const uris = (file: (typeof files)[number]) => [Uri.parse(file.left), Uri.parse(file.right)] as const;
  if (others.length === 0 || params.only?.length === 1) {
    const [left, right] = uris(first);
    await commands.executeCommand('vscode.diff', left, right, `${first.label} — ${title}`, { preview: true });
    return;
  }
  const resources = files.map(file => {
    const [left, right] = uris(file);
    return [right, left, right];
  });
  await commands.executeCommand('vscode.changes', title, resources);
}

export interface Choice<T> extends QuickPickItem {
  readonly value: T;
}
