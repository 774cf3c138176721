import { window } from 'vscode';
import { type Location, type SetReference, type TreeNode, treeRequest } from '../server/protocol/requests.ts';
import type { ClientWorkbench } from './workbench.ts';

/** What a menu, a lens, a link or a tree item hands to a command. */
interface Handed {
  readonly node?: unknown;
  readonly id?: unknown;
  readonly set?: unknown;
  readonly uri?: unknown;
  readonly document?: unknown;
  readonly name?: unknown;
}

export function nodeIn(argument: unknown): TreeNode | undefined {
  const handed = recordIn(argument);
  if (handed?.node !== undefined) return nodeIn(handed.node);
  return typeof handed?.id === 'string' ? (argument as TreeNode) : undefined;
}

export function locationIn(argument: unknown): Location | undefined {
  const handed = recordIn(argument);
  return typeof handed?.uri === 'string' && handed.document === undefined ? (argument as Location) : undefined;
}

function setIn(argument: unknown): SetReference | undefined {
  const node = nodeIn(argument);
  if (node) return node.set;
  const handed = recordIn(argument);
  return typeof handed?.uri === 'string' && typeof handed.document === 'number'
    ? { uri: handed.uri, document: handed.document, name: String(handed.name ?? 'applicationset') }
    : undefined;
}

const recordIn = (argument: unknown): Handed | undefined =>
  typeof argument === 'object' && argument !== null ? argument : undefined;

/** The set that a command is about: the one it was called on, that of the active file, else the one that is picked. */
export async function setFor(workbench: ClientWorkbench, argument: unknown): Promise<SetReference | undefined> {
  const handed = setIn(argument);
  if (handed) return handed;
  const client = await workbench.server();
  const nodes = await client.sendRequest<TreeNode[]>(treeRequest, {});
  const sets = nodes.flatMap(it =>
    it.set ? [{ label: it.label, description: it.description ?? '', set: it.set }] : [],
  );
  const active = window.activeTextEditor?.document.uri.toString();
  const here = sets.filter(it => it.set.uri === active);
  if (here.length === 1) return here[0]?.set;
  const offered = here.length > 0 ? here : sets;
  if (offered.length === 0) {
    await window.showInformationMessage('No ApplicationSet is known in this workspace yet.');
    return undefined;
  }
  return (await window.showQuickPick(offered, { placeHolder: 'ApplicationSet to preview' }))?.set;
}
