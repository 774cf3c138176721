import { fileURLToPath } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { parts } from './compose.ts';
import { serve } from './server.ts';

const connection = createConnection(ProposedFeatures.all);
const log = {
  info: (message: string) => connection.console.info(message),
  warn: (message: string) => connection.console.warn(message),
  error: (message: string, cause?: unknown) =>
    connection.console.error(cause instanceof Error ? `${message}: ${cause.stack ?? cause.message}` : message),
};

serve(connection, parts(log, fileURLToPath(new URL('.', import.meta.url))));
