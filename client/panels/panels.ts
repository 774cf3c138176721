import { commands } from 'vscode';
import { type OperationView, operationChanged, type PlanOptions } from '../../server/protocol/delivery.ts';
import type { ClientWorkbench } from '../workbench.ts';
import { GraphPanel } from './graph.ts';
import { PlanPanel } from './plan.ts';

/** Panels that are open: one plan and one graph per Application at most. */
export interface Panels {
  plan(application: string, options: PlanOptions): void;
  /** The panel with the operation of an Application, else the view with all. */
  operation(application: string): void;
  graph(application: string): void;
}

export function createPanels(workbench: ClientWorkbench): Panels {
  const plans = new Map<string, PlanPanel>();
  const graphs = new Map<string, GraphPanel>();
  workbench.context.subscriptions.push(
    workbench.onTold(operationChanged, (it: OperationView) => plans.get(it.application)?.operation(it)),
  );
  const failed = (what: string) => (cause: unknown) => workbench.log.error(`${what} could not be shown.`, cause);
  return {
    plan: (application, options) => {
      const panel =
        plans.get(application) ?? new PlanPanel(workbench, application, options, () => plans.delete(application));
      plans.set(application, panel);
      panel.plan(options).catch(failed('The plan'));
    },
    operation: application => {
      const panel = plans.get(application);
      if (panel) panel.reveal();
      else void commands.executeCommand('gitops.operations.focus');
    },
    graph: application => {
      const panel = graphs.get(application) ?? new GraphPanel(workbench, application, () => graphs.delete(application));
      graphs.set(application, panel);
      panel.reveal();
      panel.draw().catch(failed('The graph'));
    },
  };
}
