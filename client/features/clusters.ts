import { commands, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { clusterTreeRequest, type DeliveryStatus, deliveryStatus } from '../../server/protocol/delivery.ts';
import { createDeliveryTree } from '../deliveryTree.ts';
import type { ClientFeature } from './index.ts';

/** The view Clusters, its badge and the line above it, and the cluster in the status bar. */
export const clusters: ClientFeature = {
  name: 'clusters',
  activate: workbench => {
    const { view, disposables } = createDeliveryTree(workbench, {
      id: 'gitops.clusters',
      request: clusterTreeRequest,
      name: 'clusters',
    });
    const bar = window.createStatusBarItem('gitops.cluster', StatusBarAlignment.Left, 10);
    bar.name = 'GitOps Cluster';
    bar.command = 'gitops.clusters.focus';
    const show = (status: DeliveryStatus): void => {
      void commands.executeCommand('setContext', 'gitops.clusterState', status.state);
      void commands.executeCommand('setContext', 'gitops.sandbox', status.sandbox);
      void commands.executeCommand('setContext', 'gitops.operationRuns', status.running > 0);
      view.badge = status.badge > 0 ? { value: status.badge, tooltip: status.badgeTooltip } : undefined;
      // An empty text would still take a line.
      (view as { message: string | undefined }).message = status.message === '' ? undefined : status.message;
      bar.text = status.text;
      bar.tooltip = status.tooltip;
      bar.accessibilityInformation = { label: `GitOps: ${status.tooltip}` };
      bar.backgroundColor = status.severity === 'error' ? new ThemeColor('statusBarItem.warningBackground') : undefined;
      if (status.text === '') bar.hide();
      else bar.show();
    };
    const told = workbench.onTold(deliveryStatus, show);
    // Whoever looks at the view wants its server, even where no manifest is open.
    const visible = view.onDidChangeVisibility(({ visible }) => {
      if (visible) void workbench.server();
    });
    if (view.visible) void workbench.server();
    return [...disposables, bar, told, visible];
  },
};
