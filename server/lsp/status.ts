import type { WorkbenchEvent } from '../engine/workbench.ts';
import type { Status } from '../protocol/requests.ts';

/** What the language status item says after an event; `undefined` where nothing changes. */
export function statusOf() {
  let shown = '';
  const tell = (status: Status): Status | undefined => {
    const text = JSON.stringify(status);
    if (text === shown) return undefined;
    shown = text;
    return status;
  };
  return {
    after(event: WorkbenchEvent): Status | undefined {
      if (event.kind === 'indexing') {
        return event.finished
          ? tell({ text: 'GitOps ready', detail: `${event.done} files read`, busy: false, severity: 'information' })
          : tell({
              text: 'GitOps: reading the workspace',
              detail: `${event.done} files`,
              busy: true,
              severity: 'information',
            });
      }
      if (event.kind === 'trouble')
        return tell({ text: 'GitOps', detail: event.failure.message, busy: false, severity: 'warning' });
      return undefined;
    },
  };
}
