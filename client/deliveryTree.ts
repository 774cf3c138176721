import {
  type Disposable,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import { type DeliveryChanged, type DeliveryNode, deliveryChanged } from '../server/protocol/delivery.ts';
import type { ClientWorkbench } from './workbench.ts';

const states: Readonly<Record<DeliveryNode['children'], TreeItemCollapsibleState>> = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

/** What VS Code holds of a node: the same object as long as the node lives, with the newest record in it. */
export interface Element {
  node: DeliveryNode;
  parent: Element | undefined;
  /** As the server gave them; `undefined`: must be asked. */
  children: readonly Element[] | undefined;
}

export interface DeliveryTree {
  readonly view: TreeView<Element>;
  readonly disposables: readonly Disposable[];
}

/**
 * A tree of the cluster half. The server tells which lines changed; children are asked once and kept, so that a change of one line among
 * thousands draws one line.
 */
export function createDeliveryTree(
  workbench: ClientWorkbench,
  { id, request, name }: { readonly id: string; readonly request: string; readonly name: DeliveryChanged['view'] },
): DeliveryTree {
  const changed = new EventEmitter<readonly Element[] | undefined>();
  const elements = new Map<string, Element>();
  let roots: readonly Element[] | undefined;

  const elementOf = (node: DeliveryNode, parent: Element | undefined): Element => {
    const known = elements.get(node.id);
    if (known) {
      known.node = node;
      known.parent = parent;
      return known;
    }
    const made: Element = { node, parent, children: undefined };
    elements.set(node.id, made);
    return made;
  };
  const forget = (list: readonly Element[] | undefined, kept: ReadonlySet<Element>): void => {
    for (const it of list ?? []) {
      if (kept.has(it)) continue;
      elements.delete(it.node.id);
      forget(it.children, kept);
    }
  };
  const ask = async (parent: Element | undefined): Promise<readonly Element[]> => {
    const client = workbench.running;
    if (!client) return [];
    const nodes = await client.sendRequest<DeliveryNode[]>(request, parent ? { parent: parent.node.id } : {});
    return nodes.map(it => elementOf(it, parent));
  };
  const childrenOf = async (parent: Element | undefined): Promise<Element[]> => {
    const known = parent ? parent.children : roots;
    if (known) return [...known];
    const fresh = await ask(parent);
    if (parent) parent.children = fresh;
    else roots = fresh;
    return [...fresh];
  };
  const redraw = ({ view: which, nodes, redraw: parents }: DeliveryChanged): void => {
    if (which !== name) return;
    const touched = new Set<Element>();
    for (const node of nodes) {
      const element = elements.get(node.id);
      if (!element) continue;
      element.node = node;
      touched.add(element);
    }
    let all = false;
    for (const parent of parents) {
      if (parent === '') {
        all = true;
        forgetChildren(undefined);
        continue;
      }
      const element = elements.get(parent);
      if (!element) continue;
      forgetChildren(element);
      touched.add(element);
    }
    if (all) changed.fire(undefined);
    else if (touched.size > 0) changed.fire([...touched].filter(it => !hasAncestorIn(it, touched)));
  };
  /** The lines that come again are the same elements, so that what is unfolded and chosen stays so. */
  const forgetChildren = (parent: Element | undefined): void => {
    const former = parent ? parent.children : roots;
    if (parent) parent.children = undefined;
    else roots = undefined;
    if (!former) return;
    void childrenOf(parent).then(fresh => forget(former, new Set(fresh)));
  };

  const view = window.createTreeView<Element>(id, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event as EventEmitter<Element | Element[] | undefined>['event'],
      getChildren: childrenOf,
      getParent: it => it.parent,
      getTreeItem: ({ node }) => itemOf(node),
    },
    showCollapseAll: true,
  });
  const told = workbench.onTold(deliveryChanged, redraw);
  const started = workbench.onStarted(() => {
    roots = undefined;
    elements.clear();
    changed.fire(undefined);
  });
  return { view, disposables: [changed, view, told, started] };
}

/** Drawing a parent draws what is below it. */
function hasAncestorIn(element: Element, among: ReadonlySet<Element>): boolean {
  for (let it = element.parent; it; it = it.parent) if (among.has(it)) return true;
  return false;
}

function itemOf(node: DeliveryNode): TreeItem {
  const item = new TreeItem(node.label, states[node.children]);
  item.id = node.id;
  item.iconPath = new ThemeIcon(node.icon, node.color === undefined ? undefined : new ThemeColor(node.color));
  item.contextValue = node.context;
  item.accessibilityInformation = { label: node.accessibility };
  if (node.description !== undefined) item.description = node.description;
  if (node.tooltip !== undefined) item.tooltip = node.tooltip;
  if (/\bresource\b.*\blive\b/.test(node.context))
    item.command = { command: 'gitops.showLiveManifest', title: 'Show Live Manifest', arguments: [node] };
  else if (/\bresource\b.*\bmissing\b/.test(node.context))
    item.command = { command: 'gitops.diff', title: 'Diff', arguments: [node] };
  else if (/\bretry\b/.test(node.context))
    item.command = { command: 'gitops.refreshApplication', title: 'Refresh', arguments: [node] };
  else if (/\bfiltered\b/.test(node.context))
    item.command = { command: 'gitops.filterApplications', title: 'Change the Filter', arguments: [node] };
  return item;
}
