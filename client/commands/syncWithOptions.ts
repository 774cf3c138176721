import { window } from 'vscode';
import {
  type PlanOptions,
  type ResourceChoice,
  type ResourceName,
  resourcesRequest,
} from '../../server/protocol/delivery.ts';
import { applicationFor, type Choice } from '../applications.ts';
import type { ClientCommand } from './index.ts';

const options: readonly Choice<keyof PlanOptions>[] = [
  { value: 'prune', label: 'Prune', detail: 'Delete what the manifests do not have any more' },
  { value: 'dryRun', label: 'Dry Run', detail: 'Ask the API server for everything, and change nothing' },
  { value: 'force', label: 'Force', detail: 'Delete and make anew what cannot be changed' },
  { value: 'replace', label: 'Replace', detail: 'Replace objects in place of applying them' },
  { value: 'resources', label: 'Only Some Resources…', detail: 'Without hooks, and without an entry in the history' },
];

/** As Sync, with options chosen first. */
export const syncWithOptions: ClientCommand = {
  id: 'gitops.syncWithOptions',
  run: async (workbench, argument) => {
    const title = 'Sync with Options';
    const application = await applicationFor(workbench, argument, title);
    if (application === undefined) return;
    const chosen = await window.showQuickPick(options, {
      title,
      canPickMany: true,
      placeHolder: 'Options; the plan is shown before anything runs',
    });
    if (!chosen) return;
    const names = new Set(chosen.map(it => it.value));
    let resources: readonly ResourceName[] | undefined;
    if (names.delete('resources')) {
      const client = await workbench.server();
      const all = await client.sendRequest<ResourceChoice[]>(resourcesRequest, { application, which: 'managed' });
      const picked = await window.showQuickPick(
        all.map(({ label, description, resource }) => ({ label, description, resource })),
        { title, canPickMany: true, placeHolder: 'Resources to sync', matchOnDescription: true },
      );
      if (!picked || picked.length === 0) return;
      resources = picked.map(it => it.resource);
    }
    workbench.panels.plan(application, {
      kind: 'sync',
      ...Object.fromEntries([...names].map(it => [it, true])),
      ...(resources && { resources }),
    });
  },
};
