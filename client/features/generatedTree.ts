import {
  type Disposable,
  EventEmitter,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  window,
} from 'vscode';
import { type TreeNode, treeChanged, treeRequest } from '../../server/protocol/requests.ts';
import type { ClientWorkbench } from '../workbench.ts';
import type { ClientFeature } from './index.ts';

const states: Readonly<Record<TreeNode['children'], TreeItemCollapsibleState>> = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

/** Set → Application → why it exists and its parameters. The server makes the nodes; this draws them. */
export const generatedTree: ClientFeature = {
  name: 'generatedTree',
  activate: workbench => {
    const changed = new EventEmitter<TreeNode | undefined>();
    const view = window.createTreeView('gitops.generated', {
      treeDataProvider: provider(workbench, changed),
      showCollapseAll: true,
    });
    const subscriptions: Disposable[] = [changed, view];
    workbench.onStarted(client => {
      subscriptions.push(client.onNotification(treeChanged, () => changed.fire(undefined)));
      changed.fire(undefined);
    });
    return [{ dispose: () => subscriptions.forEach(it => void it.dispose()) }];
  },
};

function provider(workbench: ClientWorkbench, changed: EventEmitter<TreeNode | undefined>): TreeDataProvider<TreeNode> {
  return {
    onDidChangeTreeData: changed.event,
    getChildren: async parent => {
      const client = workbench.running;
      return client ? client.sendRequest<TreeNode[]>(treeRequest, parent ? { parent: parent.id } : {}) : [];
    },
    getTreeItem: node => {
      const item = new TreeItem(node.label, states[node.children]);
      item.id = node.id;
      if (node.description !== undefined) item.description = node.description;
      if (node.tooltip !== undefined) item.tooltip = node.tooltip;
      item.iconPath = new ThemeIcon(node.icon);
      item.contextValue = node.context;
      if (node.accessibility !== undefined) item.accessibilityInformation = { label: node.accessibility };
      // Names open where they are declared; a click on a reason opens what produced the Application.
      if (/\b(applicationSet|reason)\b/.test(node.context))
        item.command = { command: 'gitops.openSource', title: 'Open', arguments: [node] };
      return item;
    },
  };
}
