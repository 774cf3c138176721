import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { systemClock } from '../adapters/clock/clock.ts';
import { createFileSystem } from '../adapters/files/files.ts';
import { createGit } from '../adapters/git/git.ts';
import { Golib } from '../adapters/golib/library.ts';
import { catalogFrom } from '../core/schema/catalog.ts';
import { schemaProblemsIn } from '../core/schema/problems.ts';
import { createWorkbench } from '../engine/create.ts';
import type { Log } from '../engine/ports.ts';
import { serve } from './server.ts';

/** Puts the parts together; everything else knows only ports. */
const connection = createConnection(ProposedFeatures.all);
const log: Log = {
  info: message => connection.console.info(message),
  warn: message => connection.console.warn(message),
  error: (message, cause) =>
    connection.console.error(cause instanceof Error ? `${message}: ${cause.stack ?? cause.message}` : message),
};

serve(connection, {
  createWorkbench: (options, settings) => {
    const library = new Golib({ wasm: path.join(options.dist, 'golib', 'light.wasm.br'), log });
    library.warmUp();
    const workbench = createWorkbench({
      files: createFileSystem(),
      git: createGit(),
      library,
      clock: systemClock,
      log,
      home: homedir(),
      schemaProblems: schemaProblemsIn(
        catalogFrom(
          schemasIn(options.dist),
          settings.argocdVersion === undefined ? {} : { argoVersion: settings.argocdVersion },
        ),
      ),
    });
    workbench.setSettings(settings);
    return workbench;
  },
  createSchemaAssist: async () => undefined,
});

/** Without schemas everything else still works, and nothing is said about fields. */
function schemasIn(dist: string): unknown {
  try {
    return JSON.parse(readFileSync(path.join(dist, 'schemas.json'), 'utf8'));
  } catch (cause) {
    log.error('The schemas could not be read; fields are not checked.', cause);
    return undefined;
  }
}
