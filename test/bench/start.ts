/** From starting the server to its first finding, and the size of the package. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { median, megabytes, ms, report } from './measure.ts';

const root = process.argv[2] ?? '.';
const manifest =
  'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: a\nspec:\n  projet: default\n';

async function once(): Promise<{ ready: number; finding: number; floor: number }> {
  const floorStart = performance.now();
  await new Promise(resolve => spawn(process.execPath, ['-e', '0']).on('close', resolve));
  const floor = performance.now() - floorStart;
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist/server.mjs'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    initializationOptions: { dist: join(root, 'dist'), settings: {} },
  });
  const ready = performance.now() - start;
  const found = new Promise<void>(resolve => {
    connection.onNotification('textDocument/publishDiagnostics', (it: { diagnostics: unknown[] }) => {
      if (it.diagnostics.length > 0) resolve();
    });
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: 'file:///a.yaml', languageId: 'yaml', version: 1, text: manifest },
  });
  await found;
  const finding = performance.now() - start;
  child.kill();
  connection.dispose();
  return { ready, finding, floor };
}

const runs = [];
for (let i = 0; i < 5; i++) runs.push(await once());
const floor = median(runs.map(it => it.floor));
const ready = median(runs.map(it => it.ready));
const finding = median(runs.map(it => it.finding));
const vsix =
  readdirSync(root).find(it => it.endsWith('.vsix')) ??
  (existsSync(join(root, 'dist')) ? readdirSync(join(root, 'dist')).find(it => it.endsWith('.vsix')) : undefined);
const path = vsix && [join(root, vsix), join(root, 'dist', vsix)].find(it => existsSync(it));
report('Start', [
  { what: 'server initialized, against starting Node.js', value: ms(ready), against: ms(floor), ratio: ready / floor },
  { what: 'first finding, against starting Node.js', value: ms(finding), against: ms(floor), ratio: finding / floor },
  {
    what: 'size of the package',
    value: path ? megabytes(statSync(path).size) : 'no .vsix yet: npm run package',
    aim: '< 15 MB',
  },
]);
