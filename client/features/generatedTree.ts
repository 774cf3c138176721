import { EventEmitter, ThemeIcon, type TreeDataProvider, TreeItem, TreeItemCollapsibleState, window } from 'vscode';
import {
  openSourceCommand,
  type TreeChanged,
  type TreeNode,
  treeChanged,
  treeRequest,
} from '../../server/protocol/requests.ts';
import type { ClientFeature } from './index.ts';

const states: Readonly<Record<TreeNode['children'], TreeItemCollapsibleState>> = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

/** What VS Code holds of a node: the same object as long as the node lives, with the newest record in it. */
interface Element {
  node: TreeNode;
}

/** Set → Application → why it exists and its parameters. The server makes the nodes; this draws them. */
export const generatedTree: ClientFeature = {
  name: 'generatedTree',
  activate: workbench => {
    const changed = new EventEmitter<Element | undefined>();
    const elements = new Map<string, Element>();
    const ask = async (parent?: TreeNode): Promise<Element[]> => {
      const nodes = await workbench.running?.sendRequest<TreeNode[]>(treeRequest, parent ? { parent: parent.id } : {});
      return (nodes ?? []).map(node => elementOf(node, elements));
    };
    let roots: readonly Element[] | undefined;
    const rootsOrAsk = async (): Promise<Element[]> => {
      roots ??= await ask();
      return [...roots];
    };
    const view = window.createTreeView('gitops.generated', {
      treeDataProvider: provider(parent => (parent ? ask(parent.node) : rootsOrAsk()), changed),
      showCollapseAll: true,
    });
    // Drawing the whole tree anew takes away what is just being unfolded, so only the lines that changed are drawn while the sets are the same.
    const redraw = async ({ id }: TreeChanged): Promise<void> => {
      if (!view.visible || !roots) {
        roots = undefined;
        changed.fire(undefined);
        return;
      }
      const former = roots;
      const lines = former.map(it => JSON.stringify(it.node));
      const fresh = await ask();
      roots = fresh;
      if (fresh.length !== former.length || fresh.some((it, i) => it !== former[i])) {
        changed.fire(undefined);
        return;
      }
      for (const [i, it] of fresh.entries())
        if (it.node.id === id || JSON.stringify(it.node) !== lines[i]) changed.fire(it);
    };
    const started = workbench.onStarted(client => {
      workbench.context.subscriptions.push(client.onNotification(treeChanged, (it: TreeChanged) => redraw(it)));
      roots = undefined;
      changed.fire(undefined);
    });
    return [changed, view, started];
  },
};

function elementOf(node: TreeNode, elements: Map<string, Element>): Element {
  const known = elements.get(node.id);
  if (known) {
    known.node = node;
    return known;
  }
  const made = { node };
  elements.set(node.id, made);
  return made;
}

function provider(
  children: (parent: Element | undefined) => Promise<Element[]>,
  changed: EventEmitter<Element | undefined>,
): TreeDataProvider<Element> {
  return {
    onDidChangeTreeData: changed.event,
    getChildren: children,
    getTreeItem: ({ node }) => itemOf(node),
  };
}

function itemOf(node: TreeNode): TreeItem {
  const item = new TreeItem(node.label, states[node.children]);
  item.id = node.id;
  item.iconPath = new ThemeIcon(node.icon);
  item.contextValue = node.context;
  if (node.description !== undefined) item.description = node.description;
  if (node.tooltip !== undefined) item.tooltip = node.tooltip;
  if (node.accessibility !== undefined) item.accessibilityInformation = { label: node.accessibility };
  // Names open where they are declared; a click on a reason opens what produced the Application.
  if (/\b(applicationSet|reason)\b/.test(node.context))
    item.command = { command: openSourceCommand, title: 'Open', arguments: [node] };
  return item;
}
