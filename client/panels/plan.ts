import { commands, type Disposable, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import {
  type ExecuteResult,
  executeRequest,
  type OperationView,
  type PlanOptions,
  type PlanView,
  planRequest,
  terminateRequest,
} from '../../server/protocol/delivery.ts';
import { showDiff } from '../applications.ts';
import type { ClientWorkbench } from '../workbench.ts';
import { pageOf } from './html.ts';
import type { FromPlanPage, ToPlanPage } from './messages.ts';

/** The plan of one Application: made, shown, accepted, and then the progress of what runs. The server decides all of it. */
export class PlanPanel {
  readonly #workbench: ClientWorkbench;
  readonly #application: string;
  readonly #panel: WebviewPanel;
  readonly #disposables: Disposable[] = [];
  #options: PlanOptions;
  #plan: PlanView | undefined;
  /** What the page must know to be drawn anew: it forgets everything when it is hidden. */
  #said: ToPlanPage[] = [];
  #round = 0;
  /** Id of the operation that runs, or ran, since the plan was made. */
  #followed: string | undefined;

  constructor(workbench: ClientWorkbench, application: string, options: PlanOptions, ended: () => void) {
    this.#workbench = workbench;
    this.#application = application;
    this.#options = options;
    const { extensionUri } = workbench.context;
    this.#panel = window.createWebviewPanel('gitops.plan', titleOf(application, options), ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(extensionUri, 'dist', 'webviews')],
    });
    this.#panel.iconPath = Uri.joinPath(extensionUri, 'client', 'media', 'activity.svg');
    this.#panel.webview.html = pageOf(this.#panel.webview, extensionUri, 'plan', 'Plan');
    this.#disposables.push(
      this.#panel.webview.onDidReceiveMessage((message: FromPlanPage) => this.#heard(message)),
      this.#panel.onDidDispose(() => {
        for (const it of this.#disposables) it.dispose();
        ended();
      }),
    );
  }

  /** Makes the plan anew and shows it. */
  async plan(options: PlanOptions = this.#options): Promise<void> {
    this.#options = options;
    const round = ++this.#round;
    this.#followed = undefined;
    this.#panel.title = titleOf(this.#application, options);
    this.#panel.reveal(undefined, false);
    this.#say({ kind: 'planning', title: this.#panel.title, options }, { anew: true });
    const client = await this.#workbench.server();
    const plan = await client.sendRequest<PlanView | null>(planRequest, { application: this.#application, options });
    if (round !== this.#round) return;
    this.#plan = plan ?? undefined;
    if (plan) {
      this.#panel.title = plan.title;
      this.#say({ kind: 'plan', plan }, { anew: true });
    } else this.#say({ kind: 'problem', message: 'The Application is not known any more.' }, { anew: true });
  }

  operation(operation: OperationView): void {
    if (operation.application !== this.#application) return;
    // One that was over before this plan was made is no progress of it.
    if (operation.id !== this.#followed && !operation.running) return;
    this.#followed = operation.id;
    this.#say({ kind: 'operation', operation });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  #say(message: ToPlanPage, { anew = false } = {}): void {
    this.#said = anew ? [message] : [...this.#said.filter(it => it.kind !== message.kind), message];
    void this.#panel.webview.postMessage(message);
  }

  async #heard(message: FromPlanPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        for (const it of this.#said) void this.#panel.webview.postMessage(it);
        return;
      case 'replan':
        return this.plan(message.options);
      case 'accept':
        return this.#accept(message.ticket);
      case 'confirmPrune':
        return this.#confirmPrune();
      case 'cancel':
        this.#panel.dispose();
        return;
      case 'terminate': {
        const client = await this.#workbench.server();
        await client.sendRequest(terminateRequest, { application: this.#application });
        return;
      }
      case 'diff':
        if (!this.#plan?.against) return;
        return showDiff(this.#workbench, {
          application: this.#application,
          left: 'live',
          right: this.#plan.against,
          ...(message.resource && { only: [message.resource] }),
        });
    }
  }

  async #accept(ticket: string): Promise<void> {
    const plan = this.#plan;
    if (!plan || plan.ticket !== ticket) return;
    if (plan.destructive.length > 0) {
      const said = await window.showWarningMessage(
        `${plan.title}?`,
        { modal: true, detail: plan.destructive.join('\n') },
        plan.accept,
      );
      if (said !== plan.accept) {
        this.#say({ kind: 'plan', plan });
        return;
      }
    }
    const client = await this.#workbench.server();
    const answer = await client.sendRequest<ExecuteResult>(executeRequest, { ticket });
    if (answer.kind === 'started') {
      this.#followed = answer.operation.id;
      this.operation(answer.operation);
    } else this.#say({ kind: 'refused', refusals: answer.refusals });
    if (answer.kind === 'started') void commands.executeCommand('gitops.operations.focus', { preserveFocus: true });
  }

  async #confirmPrune(): Promise<void> {
    const confirm = 'Allow These Deletions';
    const detail = (this.#plan?.refusals ?? []).map(it => it.message).join('\n');
    const said = await window.showWarningMessage(
      'The manifests want a confirmation before this is deleted.',
      { modal: true, detail },
      confirm,
    );
    if (said === confirm) await this.plan({ ...this.#options, pruneConfirmed: true });
  }
}

function titleOf(application: string, { kind, dryRun }: PlanOptions): string {
  const name = application.slice(application.lastIndexOf('/') + 1);
  return `${{ sync: 'Sync', rollback: 'Roll back', delete: 'Delete' }[kind]} ${name}${dryRun ? ' (dry run)' : ''}`;
}
