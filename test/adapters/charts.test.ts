import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChartSource } from '../../server/adapters/charts/charts.ts';
import { type Credentials, userCredentials } from '../../server/adapters/charts/credentials.ts';
import { folderWith } from '../support/folder.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server; `asked` tells what it was asked for. */
async function serving(answer: Answer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise(done => server.close(() => done(undefined))));
  return { port: (server.address() as AddressInfo).port, asked };
}

/** A chart as `helm package` makes it, by the tar of this machine. */
function packed(name: string, version: string, more: Readonly<Record<string, string | Uint8Array>> = {}): Buffer {
  const root = folderWith({
    [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
    [`${name}/templates/a-very-long-folder-name-${'x'.repeat(90)}/cm.yaml`]: 'kind: ConfigMap\n',
    ...more,
  });
  execFileSync('tar', ['-czf', 'chart.tgz', '--', name], { cwd: root });
  return readFileSync(join(root, 'chart.tgz'));
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const nobody: Credentials = { repository: async () => undefined, registry: async () => undefined };
const best = async (_: string, versions: readonly string[]) => [...versions].sort().at(-1);
const sourceIn = (folder: string, credentials = nobody) => createChartSource({ folder, best, credentials });

describe('a chart repository over HTTP', () => {
  const packedWeb = () => packed('web', '1.2.3', { 'web/files/icon.png': new Uint8Array([137, 80, 0, 255]) });
  const repository = (archive = packedWeb(), digest = sha256(archive)) =>
    serving((request, response) => {
      if (request.url === '/charts/index.yaml')
        response.end(
          `apiVersion: v1\nentries:\n  web:\n  - {version: 1.2.3, digest: ${digest}, urls: [web-1.2.3.tgz]}\n  - {version: 1.0.0, urls: [old.tgz]}\n`,
        );
      else if (request.url === '/charts/web-1.2.3.tgz') response.end(archive);
      else response.writeHead(404).end();
    });

  it('is asked only when it may be; afterwards the cache answers', async () => {
    const { port, asked } = await repository();
    const folder = folderWith({});
    const of = { repoURL: `http://127.0.0.1:${port}/charts`, chart: 'web', revision: '1.2.3' };
    expect(await sourceIn(folder).chart(of, { fetch: false })).toMatchObject({
      unavailable: true,
      why: expect.stringContaining('is not in the cache'),
    });
    expect(asked).toEqual([]);
    const fetched = await sourceIn(folder).chart(of, { fetch: true });
    expect(fetched).toMatchObject({
      version: '1.2.3',
      files: { 'Chart.yaml': expect.stringContaining('name: web'), 'files/icon.png': { base64: 'iVAA/w==' } },
    });
    expect(Object.keys('files' in fetched ? fetched.files : {})).toHaveLength(3);
    const questions = asked.length;
    expect(await sourceIn(folder).chart(of, { fetch: false })).toEqual(fetched);
    expect(await sourceIn(folder).chart(of, { fetch: true })).toEqual(fetched);
    expect(asked).toHaveLength(questions);
  });

  it('answers a constraint with the version that is best, and says which', async () => {
    const { port } = await repository();
    const of = { repoURL: `http://127.0.0.1:${port}/charts/`, chart: 'web', revision: '1.x' };
    expect(await sourceIn(folderWith({})).chart(of, { fetch: true })).toMatchObject({ version: '1.2.3' });
  });

  it('is not believed when the archive is another than it promises', async () => {
    const { port } = await repository(packedWeb(), 'f'.repeat(64));
    const of = { repoURL: `http://127.0.0.1:${port}/charts`, chart: 'web', revision: '1.2.3' };
    const folder = folderWith({});
    await expect(sourceIn(folder).chart(of, { fetch: true })).rejects.toThrow(/not what its repository promises/);
    expect(await sourceIn(folder).chart(of, { fetch: false })).toMatchObject({ unavailable: true });
  });

  it('whose archive was damaged in the cache is asked again', async () => {
    const archive = packedWeb();
    const { port } = await repository(archive);
    const folder = folderWith({});
    const of = { repoURL: `http://127.0.0.1:${port}/charts`, chart: 'web', revision: '1.2.3' };
    await sourceIn(folder).chart(of, { fetch: true });
    writeFileSync(join(folder, 'archives', `${sha256(archive)}.tgz`), 'damaged');
    expect(await sourceIn(folder).chart(of, { fetch: false })).toMatchObject({ unavailable: true });
    expect(await sourceIn(folder).chart(of, { fetch: true })).toMatchObject({ version: '1.2.3' });
  });

  it('says what is wrong: no such chart, no such version, no answer', async () => {
    const { port } = await repository();
    const repoURL = `http://127.0.0.1:${port}/charts`;
    const ask = (chart: string, revision: string, url = repoURL) =>
      sourceIn(folderWith({})).chart({ repoURL: url, chart, revision }, { fetch: true });
    await expect(ask('none', '1.0.0')).rejects.toThrow(/has no chart "none"/);
    await expect(ask('web', '9.9.9')).rejects.toThrow(/has no version 9.9.9 of chart "web"/);
    await expect(ask('web', '1.0.0')).rejects.toThrow(/old.tgz could not be fetched: it is not there/);
    await expect(ask('web', '1.0.0', 'http://127.0.0.1:1/x')).rejects.toMatchObject({ reason: 'fetchFailed' });
  });
});

it('a registry gives a token for the login that the user has, and the chart for the token', async () => {
  const archive = packed('web', '2.0.0+b1');
  const layer = {
    mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    digest: `sha256:${sha256(archive)}`,
  };
  let port = 0;
  const server = await serving((request, response) => {
    const { authorization } = request.headers;
    if (request.url?.startsWith('/token')) {
      const known = authorization === `Basic ${Buffer.from('ann:secret').toString('base64')}`;
      response.writeHead(known ? 200 : 401).end(JSON.stringify({ token: 'T' }));
    } else if (authorization !== 'Bearer T') {
      const realm = `http://127.0.0.1:${port}/token`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
    } else if (request.url === '/v2/team/web/tags/list?n=1000') response.end(JSON.stringify({ tags: ['2.0.0_b1'] }));
    else if (request.url === '/v2/team/web/manifests/2.0.0_b1') response.end(JSON.stringify({ layers: [layer] }));
    else if (request.url === `/v2/team/web/blobs/${layer.digest}`) response.end(archive);
    else response.writeHead(404).end();
  });
  port = server.port;
  const home = folderWith({
    '.docker/config.json': JSON.stringify({
      auths: { [`127.0.0.1:${port}`]: { auth: Buffer.from('ann:secret').toString('base64') } },
    }),
  });
  const of = { repoURL: `oci://127.0.0.1:${port}/team`, chart: 'web', revision: '*' };
  const found = await sourceIn(folderWith({}), userCredentials({}, home)).chart(of, { fetch: true });
  expect(found).toMatchObject({ version: '2.0.0+b1', files: { 'Chart.yaml': expect.stringContaining('2.0.0+b1') } });
  await expect(sourceIn(folderWith({})).chart(of, { fetch: true })).rejects.toThrow(/asks for a login/);
});

it('an artifact of a registry that is no chart is taken as it is', async () => {
  const root = folderWith({ 'app/cm.yaml': 'kind: ConfigMap\n', 'top.yaml': '' });
  execFileSync('tar', ['-czf', 'layer.tgz', 'app', 'top.yaml'], { cwd: root });
  const archive = readFileSync(join(root, 'layer.tgz'));
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${sha256(archive)}` };
  const { port } = await serving((request, response) => {
    if (request.url === '/v2/team/app/manifests/1.0.0') response.end(JSON.stringify({ layers: [layer] }));
    else response.end(archive);
  });
  const folder = folderWith({});
  const of = { repoURL: `oci://127.0.0.1:${port}/team/app`, chart: '', revision: '1.0.0' };
  const files = { 'app/cm.yaml': 'kind: ConfigMap\n', 'top.yaml': '' };
  expect(await sourceIn(folder).chart(of, { fetch: true })).toEqual({ version: '1.0.0', files });
  expect(await sourceIn(folder).chart(of, { fetch: false })).toEqual({ version: '1.0.0', files });
});

it('an archive that climbs out of its folder is refused', async () => {
  const root = folderWith({ 'web/Chart.yaml': 'name: web\n', 'evil.txt': 'x' });
  execFileSync('tar', ['-czPf', 'chart.tgz', '--transform', 's,^evil,web/../../evil,', 'web', 'evil.txt'], {
    cwd: root,
  });
  const archive = readFileSync(join(root, 'chart.tgz'));
  const { port } = await serving((request, response) => {
    if (request.url === '/index.yaml') response.end('entries: {web: [{version: 1.0.0, urls: [a.tgz]}]}');
    else response.end(archive);
  });
  const of = { repoURL: `http://127.0.0.1:${port}`, chart: 'web', revision: '1.0.0' };
  await expect(sourceIn(folderWith({})).chart(of, { fetch: true })).rejects.toThrow(
    /cannot be read: the archive names/,
  );
});

it('a values file by its address is fetched like a chart', async () => {
  const { port, asked } = await serving((_, response) => response.end('replicas: 3\n'));
  const folder = folderWith({});
  const of = { url: `http://127.0.0.1:${port}/values.yaml?token=hidden` };
  expect(await sourceIn(folder).file(of, { fetch: false })).toMatchObject({
    why: expect.not.stringContaining('hidden'),
  });
  expect(await sourceIn(folder).file(of, { fetch: true })).toBe('replicas: 3\n');
  expect(await sourceIn(folder).file(of, { fetch: false })).toBe('replicas: 3\n');
  expect(asked).toHaveLength(1);
});
