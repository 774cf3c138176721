import { LanguageStatusSeverity, languages } from 'vscode';
import { type Status, statusChanged } from '../../server/protocol/requests.ts';
import type { ClientFeature } from './index.ts';

const severities: Readonly<Record<Status['severity'], LanguageStatusSeverity>> = {
  information: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};

/** What the server is doing, in the language status of YAML files. */
export const status: ClientFeature = {
  name: 'status',
  activate: workbench => {
    const item = languages.createLanguageStatusItem('gitopsWorkbench', { language: 'yaml' });
    item.name = 'GitOps Workbench';
    item.text = 'GitOps: waiting';
    item.detail = 'starts when an Argo CD manifest is opened';
    item.command = { command: 'gitops.showLog', title: 'Show Log' };
    const started = workbench.onStarted(client => {
      item.text = 'GitOps';
      item.detail = 'running';
      workbench.context.subscriptions.push(
        client.onNotification(statusChanged, (it: Status) => {
          item.text = it.text;
          item.detail = it.detail;
          item.busy = it.busy;
          item.severity = severities[it.severity];
        }),
      );
    });
    return [item, started];
  },
};
