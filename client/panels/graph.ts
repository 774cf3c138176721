import { commands, type Disposable, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { type DeliveryChanged, deliveryChanged, type GraphView, graphRequest } from '../../server/protocol/delivery.ts';
import type { ClientWorkbench } from '../workbench.ts';
import { pageOf } from './html.ts';
import type { FromGraphPage, ToGraphPage } from './messages.ts';

const pauseMs = 500;

/** Owner and network relations of one Application; drawn anew when something of it changes. */
export class GraphPanel {
  readonly #workbench: ClientWorkbench;
  readonly #application: string;
  readonly #panel: WebviewPanel;
  readonly #disposables: Disposable[] = [];
  #last: ToGraphPage | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor(workbench: ClientWorkbench, application: string, ended: () => void) {
    this.#workbench = workbench;
    this.#application = application;
    const { extensionUri } = workbench.context;
    const name = application.slice(application.lastIndexOf('/') + 1);
    this.#panel = window.createWebviewPanel('gitops.graph', `Graph of ${name}`, ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(extensionUri, 'dist', 'webviews')],
    });
    this.#panel.iconPath = Uri.joinPath(extensionUri, 'client', 'media', 'activity.svg');
    this.#panel.webview.html = pageOf(this.#panel.webview, extensionUri, 'graph', 'Graph');
    this.#disposables.push(
      this.#panel.webview.onDidReceiveMessage((message: FromGraphPage) => this.#heard(message)),
      this.#panel.onDidDispose(() => {
        clearTimeout(this.#pause);
        for (const it of this.#disposables) it.dispose();
        ended();
      }),
      workbench.onTold(deliveryChanged, ({ view, nodes, redraw }: DeliveryChanged) => {
        const concerned =
          nodes.some(it => it.application === application) || redraw.some(it => it.includes(application));
        if (view === 'clusters' && concerned) this.#later();
      }),
    );
  }

  reveal(): void {
    this.#panel.reveal();
  }

  async draw(): Promise<void> {
    const client = await this.#workbench.server();
    const graph = await client.sendRequest<GraphView | null>(graphRequest, { application: this.#application });
    const message: ToGraphPage = graph ? { kind: 'graph', graph } : { kind: 'gone' };
    if (JSON.stringify(message) === JSON.stringify(this.#last)) return;
    this.#last = message;
    void this.#panel.webview.postMessage(message);
  }

  #later(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      void this.draw();
    }, pauseMs);
  }

  async #heard(message: FromGraphPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        if (this.#last) void this.#panel.webview.postMessage(this.#last);
        return;
      case 'refresh':
        return this.draw();
      case 'open':
        await commands.executeCommand('gitops.showLiveManifest', {
          context: 'resource live',
          application: this.#application,
          resource: message.resource,
        });
        return;
    }
  }
}
