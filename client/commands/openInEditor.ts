import { commands, window } from 'vscode';
import { declaredRequest } from '../../server/protocol/delivery.ts';
import { type Location, openSourceCommand } from '../../server/protocol/requests.ts';
import { applicationFor, deliveryNodeIn } from '../applications.ts';
import type { ClientCommand } from './index.ts';

/** The file that declares an Application, or the manifest of a resource. */
export const openInEditor: ClientCommand = {
  id: 'gitops.openInEditor',
  run: async (workbench, argument) => {
    const application = await applicationFor(workbench, argument, 'Open in Editor');
    if (application === undefined) return;
    const resource = deliveryNodeIn(argument)?.resource;
    const client = await workbench.server();
    const location = await client.sendRequest<Location | null>(declaredRequest, {
      application,
      ...(resource && { resource }),
    });
    if (location) await commands.executeCommand(openSourceCommand, location);
    else
      await window.showInformationMessage(
        resource
          ? `No manifest file of the opened folders names ${resource.kind} ${resource.name}: it comes from a chart, a kustomization or another repository.`
          : 'This Application is declared in none of the opened folders.',
      );
  },
};
