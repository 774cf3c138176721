import type { ClientWorkbench } from '../workbench.ts';
import { openPreview } from './openPreview.ts';
import { openPreviewAtRevision } from './openPreviewAtRevision.ts';
import { openSource } from './openSource.ts';
import { refresh } from './refresh.ts';
import { restartServer } from './restartServer.ts';
import { showLog } from './showLog.ts';

export interface ClientCommand {
  /** As in package.json. */
  readonly id: string;
  readonly run: (workbench: ClientWorkbench, ...args: readonly unknown[]) => Promise<void> | void;
}

export const clientCommands: readonly ClientCommand[] = [
  openPreview,
  openPreviewAtRevision,
  openSource,
  refresh,
  restartServer,
  showLog,
];
