import type { ClientWorkbench } from '../workbench.ts';
import { chooseClusters } from './chooseClusters.ts';
import { clearFilter } from './clearFilter.ts';
import { deleteApplication } from './deleteApplication.ts';
import { diff } from './diff.ts';
import { diffBetween } from './diffBetween.ts';
import { diffWithCluster } from './diffWithCluster.ts';
import { filterApplications } from './filterApplications.ts';
import { openInEditor } from './openInEditor.ts';
import { openPreview } from './openPreview.ts';
import { openPreviewAtRevision } from './openPreviewAtRevision.ts';
import { openSource } from './openSource.ts';
import { plan } from './plan.ts';
import { refresh } from './refresh.ts';
import { refreshApplication } from './refreshApplication.ts';
import { resetSandbox } from './resetSandbox.ts';
import { restartServer } from './restartServer.ts';
import { revertInGit } from './revertInGit.ts';
import { rollback } from './rollback.ts';
import { showEvents } from './showEvents.ts';
import { showGraph } from './showGraph.ts';
import { showLiveManifest } from './showLiveManifest.ts';
import { showLog } from './showLog.ts';
import { showLogs } from './showLogs.ts';
import { startSandbox } from './startSandbox.ts';
import { sync } from './sync.ts';
import { syncWithOptions } from './syncWithOptions.ts';
import { terminate } from './terminate.ts';
import { toggleAutomated } from './toggleAutomated.ts';

export interface ClientCommand {
  /** As in package.json. */
  readonly id: string;
  readonly run: (workbench: ClientWorkbench, ...args: readonly unknown[]) => Promise<void> | void;
}

export const clientCommands: readonly ClientCommand[] = [
  chooseClusters,
  clearFilter,
  deleteApplication,
  diff,
  diffBetween,
  diffWithCluster,
  filterApplications,
  openInEditor,
  openPreview,
  openPreviewAtRevision,
  openSource,
  plan,
  refresh,
  refreshApplication,
  resetSandbox,
  restartServer,
  revertInGit,
  rollback,
  showEvents,
  showGraph,
  showLiveManifest,
  showLog,
  showLogs,
  startSandbox,
  sync,
  syncWithOptions,
  terminate,
  toggleAutomated,
];
