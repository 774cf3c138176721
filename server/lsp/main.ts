import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { parts } from './compose.ts';
import { serve } from './server.ts';

const connection = createConnection(ProposedFeatures.all);

serve(
  connection,
  parts({
    info: message => connection.console.info(message),
    warn: message => connection.console.warn(message),
    error: (message, cause) =>
      connection.console.error(cause instanceof Error ? `${message}: ${cause.stack ?? cause.message}` : message),
  }),
);
