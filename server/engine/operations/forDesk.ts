import type { Desk } from '../delivery/create.ts';
import type { Clock, Git, Library, Log } from '../ports.ts';
import type { Workbench } from '../workbench.ts';
import { createOperations } from './create.ts';
import type { OperationPorts, Operations } from './operations.ts';

export interface DeskParts extends Pick<OperationPorts, 'types' | 'user' | 'process' | 'isAlive' | 'timing'> {
  readonly desk: Desk;
  readonly workbench: Workbench;
  readonly library: Library;
  readonly git: Git;
  readonly clock: Clock;
  readonly log: Log;
}

/** Operations of the Applications that a desk follows; the desk is told of everything that they come to. */
export function operationsFor({ desk, workbench, library, ...parts }: DeskParts): Operations {
  return createOperations({
    ...parts,
    subject: id => {
      const found = desk.subject(id);
      const driver = desk.application(id)?.driver;
      return found && { ...found, ...(driver && { driver }), automatedOn: desk.isAutomated(id) };
    },
    // Settings may change while operations are at work.
    observing: {
      renderer: workbench.renderer,
      library,
      get controllerNamespace() {
        return workbench.settings.argocdNamespace;
      },
    },
    repositoryOf: async url => {
      const folder = await workbench.fileFor(url, '');
      return folder === undefined ? undefined : (await parts.git.repositoryOf(folder))?.root;
    },
    changed: operation => desk.told(operation.application, { operation }),
    recorded: (id, history) => desk.told(id, { history }),
  });
}
