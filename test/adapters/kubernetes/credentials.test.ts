import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createContexts } from '../../../server/adapters/kubernetes/contexts.ts';
import { ExecPlugin } from '../../../server/adapters/kubernetes/execPlugin.ts';
import { type ApiServer, apiServer, base64, hurriedClock, soon, status, tlsFile } from '../../support/apiServer.ts';

const pods = { apiVersion: 'v1', kind: 'Pod' };
const nothing = { body: { metadata: {}, items: [] } };
const unauthorized = status(401, 'Unauthorized', 'Unauthorized');

/** A credential plugin: a script of Node that answers what the case says, and writes down each run. */
function plugin(server: ApiServer, answer: string, more: object = {}) {
  const file = join(server.folder, 'plugin.mjs');
  const runs = join(server.folder, 'runs');
  writeFileSync(runs, '');
  writeFileSync(
    file,
    `import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(runs)}, (process.env.KUBERNETES_EXEC_INFO ?? '') + '\\n');
const run = readFileSync(${JSON.stringify(runs)}, 'utf8').trim().split('\\n').length;
const say = status => process.stdout.write(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));
${answer}`,
  );
  chmodSync(file, 0o755);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [file],
    interactiveMode: 'Never',
    ...more,
  };
  return {
    user: { exec },
    runs: () =>
      readFileSync(runs, 'utf8')
        .trim()
        .split('\n')
        .filter(it => it !== ''),
  };
}

describe('a credential plugin', () => {
  it('runs once for all who ask at the same time', async () => {
    const server = await apiServer(() => nothing);
    const { user, runs } = plugin(server, `say({ token: 'run' + run });`);
    const cluster = await server.open({ user });
    await Promise.all(Array.from({ length: 10 }, () => cluster.list(pods)));
    expect(runs()).toHaveLength(1);
    expect(new Set(server.asked.map(it => it.headers.authorization))).toEqual(new Set(['Bearer run1']));
  });

  it('that takes its time is not started again for whoever asks meanwhile', async () => {
    const server = await apiServer(() => nothing);
    const { user, runs } = plugin(server, `setTimeout(() => say({ token: 'run' + run }), 400);`);
    const cluster = await server.open({ user });
    const first = cluster.list(pods);
    await soon(() => runs().length).toBe(1);
    // Later than credentials are looked up again: ten seconds, a tenth of one here.
    await new Promise(resolve => setTimeout(resolve, 150));
    await Promise.all([first, cluster.allowed([{ verb: 'list', group: '', resource: 'pods' }])]);
    expect(runs()).toHaveLength(1);
  });

  it('is told the cluster when it wants to know, with what the kubeconfig has for it', async () => {
    const server = await apiServer(() => nothing);
    const { user, runs } = plugin(server, `say({ token: 'x' });`, { provideClusterInfo: true });
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'shop' } }];
    await (await server.open({ user, cluster: { extensions } })).list(pods);
    expect(JSON.parse(runs()[0] ?? '')).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: server.url, config: { audience: 'shop' } } },
    });
  });

  it('has its own variables and the folders where people install plugins', async () => {
    const server = await apiServer(() => nothing);
    const env = [{ name: 'ROLE', value: 'admin' }];
    const { user } = plugin(
      server,
      `say({ token: process.env.ROLE + (process.env.PATH.includes('/usr/local/bin') ? '+path' : '') });`,
      { env },
    );
    await (await server.open({ user })).list(pods);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer admin+path');
  });

  it('runs again when its token has ended', async () => {
    const server = await apiServer(() => nothing);
    const { user, runs } = plugin(
      server,
      `say({ token: 'run' + run, expirationTimestamp: new Date(run === 1 ? 1000 : 4e12).toISOString() });`,
    );
    const cluster = await server.open({ user });
    await cluster.list(pods);
    // Looked up again after ten seconds, a tenth of one here.
    await soon(async () => {
      await cluster.list(pods);
      return runs().length;
    }).toBe(2);
    expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer run2');
  });

  it('runs again when the server refuses its token, and the question is asked again, even a write', async () => {
    const server = await apiServer(({ headers }) =>
      headers.authorization === 'Bearer run2' ? { body: {} } : unauthorized,
    );
    const { user, runs } = plugin(server, `say({ token: 'run' + run });`);
    const cluster = await server.open({ user });
    await cluster.write({ verb: 'create', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } } });
    expect(runs()).toHaveLength(2);
    expect(server.asked.map(it => it.headers.authorization)).toEqual(['Bearer run1', 'Bearer run2']);
  });

  it('that gives the same refused token again is believed: log in again', async () => {
    const server = await apiServer(() => unauthorized);
    const { user } = plugin(server, `say({ token: 'always' });`);
    await expect((await server.open({ user })).list(pods)).rejects.toMatchObject({ reason: 'unauthorized' });
  });

  it('whose tokens are refused one after the other is not run for each question', async () => {
    const server = await apiServer(() => unauthorized);
    const { user, runs } = plugin(server, `say({ token: 'run' + run });`);
    const cluster = await server.open({ user });
    for (let i = 0; i < 5; i++) await expect(cluster.list(pods)).rejects.toMatchObject({ reason: 'unauthorized' });
    expect(runs().length).toBeLessThanOrEqual(3);
  });

  it('that does not answer is ended', async () => {
    const exec = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] };
    const entry = (value: object) => ({ name: 'slow', value: { ...value }, folder: '/' });
    const slow = new ExecPlugin(entry({ exec }), entry({}), hurriedClock, 300);
    await expect(slow.credentials()).rejects.toMatchObject({
      reason: 'kubeconfig',
      message: expect.stringMatching(/did not answer within 0.3 seconds/),
    });
  });

  it('may give a client certificate', async () => {
    const server = await apiServer(() => nothing);
    const [certificate, key] = ['client.crt', 'client.key'].map(it => readFileSync(tlsFile(it), 'utf8'));
    const { user } = plugin(
      server,
      `say(${JSON.stringify({ clientCertificateData: certificate, clientKeyData: key })});`,
    );
    await (await server.open({ user })).list(pods);
    expect(server.asked[0]?.client).toBe('test client');
  });

  it('that fails says why, and is left in peace for a while', async () => {
    const server = await apiServer(() => nothing);
    const { user, runs } = plugin(
      server,
      `process.stderr.write('starting\\nyour session has ended, run: corp login\\n'); process.exit(1);`,
    );
    const cluster = await server.open({ user });
    await expect(cluster.list(pods)).rejects.toMatchObject({
      reason: 'unauthorized',
      message: expect.stringContaining('your session has ended, run: corp login'),
    });
    await expect(cluster.list(pods)).rejects.toMatchObject({ reason: 'unauthorized' });
    expect(runs()).toHaveLength(1);
    expect(server.asked).toEqual([]);
  });

  it.each([
    [
      'is not installed',
      { command: 'no-such-plugin', installHint: 'brew install no-such-plugin' },
      '',
      /not installed.*brew install/,
    ],
    ['wants a terminal', { interactiveMode: 'Always' }, '', /wants a terminal/],
    [
      'answers in another version',
      {},
      `process.stdout.write(JSON.stringify({ apiVersion: 'v9', status: { token: 'tell-nobody' } }))`,
      /answered in v9/,
    ],
    ['answers with something else', {}, `process.stdout.write('tell-nobody')`, /did not answer with an ExecCredential/],
    ['gives nothing', {}, `say({})`, /neither a token nor a client certificate/],
  ])('that %s is told, without what it said', async (_, more, answer, message) => {
    const server = await apiServer(() => nothing);
    const { user } = plugin(server, answer, more);
    const failure = await (await server.open({ user })).list(pods).catch(cause => cause);
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain('tell-nobody');
  });

  it.runIf(process.platform !== 'win32')(
    'named by a relative path is found from the folder of its kubeconfig',
    async () => {
      const server = await apiServer(() => nothing);
      const script = join(server.folder, 'login.sh');
      writeFileSync(
        script,
        `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"relative"}}'\n`,
      );
      chmodSync(script, 0o755);
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './login.sh' };
      await (await server.open({ user: { exec } })).list(pods);
      expect(server.asked[0]?.headers.authorization).toBe('Bearer relative');
    },
  );
});

describe('other logins', () => {
  it.each([
    ['a token', { token: 'abc' }, 'Bearer abc'],
    ['name and password', { username: 'ann', password: 'pw' }, `Basic ${Buffer.from('ann:pw').toString('base64')}`],
    [
      'an OIDC token that still lasts',
      { 'auth-provider': { name: 'oidc', config: { 'id-token': jwt(4e9) } } },
      `Bearer ${jwt(4e9)}`,
    ],
    ['nothing', {}, undefined],
  ])('by %s', async (_, user, expected) => {
    const server = await apiServer(() => nothing);
    await (await server.open({ user })).list(pods);
    expect(server.asked[0]?.headers.authorization).toBe(expected);
  });

  it('by client certificate, in the kubeconfig or in files beside it', async () => {
    const server = await apiServer(() => nothing);
    await (
      await server.open({
        user: { 'client-certificate-data': base64('client.crt'), 'client-key-data': base64('client.key') },
      })
    ).list(pods);
    for (const it of ['client.crt', 'client.key']) writeFileSync(join(server.folder, it), readFileSync(tlsFile(it)));
    await (await server.open({ user: { 'client-certificate': 'client.crt', 'client-key': 'client.key' } })).list(pods);
    expect(server.asked.map(it => it.client)).toEqual(['test client', 'test client']);
  });

  it('by a token file, which is read again', async () => {
    const server = await apiServer(() => nothing);
    writeFileSync(join(server.folder, 'token'), 'first\n');
    const cluster = await server.open({ user: { tokenFile: 'token' } });
    await cluster.list(pods);
    writeFileSync(join(server.folder, 'token'), 'second\n');
    await soon(async () => {
      await cluster.list(pods);
      return server.asked.at(-1)?.headers.authorization;
    }).toBe('Bearer second');
    expect(server.asked[0]?.headers.authorization).toBe('Bearer first');
  });

  it('as somebody else, with groups', async () => {
    const server = await apiServer(() => nothing);
    await (await server.open({ user: { token: 'abc', as: 'bob', 'as-groups': ['dev', 'ops'], 'as-uid': '7' } })).list(
      pods,
    );
    expect(server.asked[0]?.headers).toMatchObject({
      'impersonate-user': 'bob',
      'impersonate-group': 'dev, ops',
      'impersonate-uid': '7',
    });
  });

  it('that is renewed in the kubeconfig counts as soon as the former is refused', async () => {
    const server = await apiServer(({ headers }) => (headers.authorization === 'Bearer new' ? nothing : unauthorized));
    const cluster = await server.open({ user: { token: 'old' } });
    await expect(cluster.list(pods)).rejects.toMatchObject({ reason: 'unauthorized' });
    server.kubeconfig({ user: { token: 'new' } });
    expect(await cluster.list(pods)).toMatchObject({ items: [] });
  });

  it('a cluster that came back at another address is found there', async () => {
    const [former, next] = [await apiServer(() => nothing), await apiServer(() => nothing)];
    const { user, runs } = plugin(former, `say({ token: 'run' + run });`);
    const cluster = await former.open({ user });
    await cluster.list(pods);
    await former.close();
    former.kubeconfig({ user, cluster: { server: next.url } });
    await cluster.list(pods);
    expect(next.asked.map(it => it.headers.authorization)).toEqual(['Bearer run2']);
    expect(runs()).toHaveLength(2);
  });

  it('a plugin is not run again because the network failed', async () => {
    const server = await apiServer((_, count) => (count === 1 ? nothing : 'cut'));
    const { user, runs } = plugin(server, `say({ token: 'run' + run });`);
    const cluster = await server.open({ user });
    await cluster.list(pods);
    await expect(cluster.list(pods)).rejects.toMatchObject({ reason: 'unreachable' });
    expect(runs()).toHaveLength(1);
  });

  it('by a certificate that is not there fails before anything is sent', async () => {
    const server = await apiServer(() => nothing);
    const cluster = await server.open({ user: { 'client-certificate': 'gone.crt', 'client-key': 'gone.key' } });
    await expect(cluster.list(pods)).rejects.toMatchObject({
      reason: 'kubeconfig',
      message: expect.stringContaining('gone.crt'),
    });
  });
});

describe('contexts', () => {
  it('of several files: the first that has a name wins, the first current context counts, files may be missing', async () => {
    const server = await apiServer(() => nothing);
    const [one, two] = [join(server.folder, 'one'), join(server.folder, 'two')];
    const config = (current: string, names: readonly string[], at: string) =>
      JSON.stringify({
        'current-context': current,
        contexts: names.map(name => ({ name, context: { cluster: name, user: 'u', namespace: at } })),
        clusters: names.map(name => ({ name, cluster: { server: `https://${at}` } })),
        users: [{ name: 'u' }, 'nonsense'],
      });
    writeFileSync(one, config('', ['a'], 'one'));
    writeFileSync(two, config('b', ['a', 'b'], 'two'));
    const contexts = createContexts({ kubeconfigs: [join(server.folder, 'none'), one], additional: () => [two] });
    expect(await contexts.list()).toEqual([
      { name: 'a', server: 'https://one', user: 'u', namespace: 'one', current: false },
      { name: 'b', server: 'https://two', user: 'u', namespace: 'two', current: true },
    ]);
  });

  it.each([
    ['no such context', {}, 'other', /no kubeconfig file has a context "other"/],
    ['no such cluster', { context: { cluster: 'gone' } }, 'test', /names a cluster "gone" that is not there/],
    ['no such user', { context: { user: 'gone' } }, 'test', /names a user "gone" that is not there/],
    ['no address', { cluster: { server: 'ftp://x' } }, 'test', /no http\(s\) address/],
  ])('%s', async (_, more, name, message) => {
    const server = await apiServer(() => nothing);
    const contexts = createContexts({ kubeconfigs: [server.kubeconfig(more)], clock: hurriedClock });
    await expect(contexts.open(name)).rejects.toMatchObject({
      reason: 'kubeconfig',
      message: expect.stringMatching(message),
    });
  });

  it('of additional files stay when a file of the user is broken', async () => {
    const server = await apiServer(() => nothing);
    const broken = join(server.folder, 'broken');
    writeFileSync(broken, 'users: {');
    const contexts = createContexts({ kubeconfigs: [broken], additional: () => [server.kubeconfig()] });
    expect((await contexts.list()).map(it => it.name)).toEqual(['test']);
    expect((await contexts.open('test')).server).toBe(server.url);
    await expect(contexts.open('mine')).rejects.toMatchObject({ message: expect.stringContaining('broken') });
  });

  it('a broken file is named with its line, and not quoted', async () => {
    const server = await apiServer(() => nothing);
    const file = join(server.folder, 'broken');
    writeFileSync(file, 'users:\n- name: u\n  user: { token: tell-nobody\n');
    const failure = await createContexts({ kubeconfigs: [file] })
      .list()
      .catch(cause => cause);
    expect(failure).toMatchObject({
      reason: 'kubeconfig',
      message: expect.stringMatching(/broken cannot be read.*line \d/),
    });
    expect(JSON.stringify([failure.message, String(failure.stack), String(failure.cause)])).not.toContain(
      'tell-nobody',
    );
  });
});

function jwt(exp: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ exp })}.x`;
}
