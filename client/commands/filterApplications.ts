import { QuickPickItemKind, window } from 'vscode';
import { filterRequest, type TreeFilter } from '../../server/protocol/delivery.ts';
import type { ClientCommand } from './index.ts';

/** What the view Clusters shows, and in which order. */
export const filterApplications: ClientCommand = {
  id: 'gitops.filterApplications',
  run: async workbench => {
    const client = await workbench.server();
    const now = await client.sendRequest<TreeFilter | null>(filterRequest, {});
    if (!now) return;
    const line = (label: string, change: Partial<TreeFilter>, on: boolean) => ({
      label: `${on ? '$(check)' : '$(blank)'} ${label}`,
      change: change as Partial<TreeFilter> | undefined,
    });
    const divider = (label: string) => ({ label, kind: QuickPickItemKind.Separator, change: undefined });
    const items = [
      divider('show'),
      line('All Applications', { only: 'all', text: '' }, now.only === 'all' && now.text === ''),
      line('Out of Sync Only', { only: 'outOfSync' }, now.only === 'outOfSync'),
      line('Unhealthy Only', { only: 'unhealthy' }, now.only === 'unhealthy'),
      { label: `${now.text === '' ? '$(blank)' : '$(check)'} By Text…`, change: undefined, text: true },
      divider('order'),
      line('Worst First', { worstFirst: true }, now.worstFirst),
      line('By Name', { worstFirst: false }, !now.worstFirst),
      divider('group by'),
      line('Project', { grouping: 'project' }, now.grouping === 'project'),
      line('Namespace', { grouping: 'namespace' }, now.grouping === 'namespace'),
      line('Nothing', { grouping: 'none' }, now.grouping === 'none'),
    ];
    const picked = await window.showQuickPick<(typeof items)[number]>(items, {
      title: 'Filter Applications',
      placeHolder: 'What the view Clusters shows',
    });
    if (!picked) return;
    if (picked.change) {
      await client.sendRequest(filterRequest, picked.change);
      return;
    }
    const text = await window.showInputBox({
      title: 'Filter Applications',
      prompt: 'Words of the cluster, project, namespace or name; empty shows all',
      value: now.text,
    });
    if (text !== undefined) await client.sendRequest(filterRequest, { text: text.trim() });
  },
};
