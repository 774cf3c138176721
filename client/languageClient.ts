import { type ExtensionContext, extensions, type LogOutputChannel, Uri, workspace } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { configurationChanged, type InitializationOptions, previewScheme } from '../server/protocol/requests.ts';
import { section } from './section.ts';
import { configuration } from './settings.ts';

export function createLanguageClient(context: ExtensionContext, log: LogOutputChannel): LanguageClient {
  const dist = Uri.joinPath(context.extensionUri, 'dist').fsPath;
  const module = Uri.joinPath(context.extensionUri, 'dist', 'server.mjs').fsPath;
  const run = { module, transport: TransportKind.ipc };
  const initializationOptions: InitializationOptions = {
    dist,
    folders: true,
    ...(context.storageUri && { storage: context.storageUri.fsPath }),
    ...configuration(context),
  };
  const client = new LanguageClient(
    'gitopsWorkbench',
    'GitOps Workbench',
    { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6011'] } } },
    {
      documentSelector: [
        { language: 'yaml', scheme: 'file' },
        { language: 'yaml', scheme: 'untitled' },
        { language: 'yaml', scheme: 'vscode-vfs' },
        { language: 'yaml', scheme: 'vscode-remote' },
        // For links from a preview to what produced an Application.
        { language: 'yaml', scheme: previewScheme },
      ],
      initializationOptions,
      outputChannel: log,
      markdown: { isTrusted: false, supportHtml: false },
      textSynchronization: { delayOpenNotifications: true },
    },
  );
  const tell = () => void client.sendNotification(configurationChanged, configuration(context));
  context.subscriptions.push(
    workspace.onDidChangeConfiguration(it => {
      if ([section, 'files.exclude', 'yaml.validate'].some(name => it.affectsConfiguration(name))) tell();
    }),
    extensions.onDidChange(tell),
  );
  return client;
}
