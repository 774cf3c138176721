import http from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { proxyFor } from '../../../server/adapters/kubernetes/proxies.ts';
import { apiServer } from '../../support/apiServer.ts';

describe('which proxy', () => {
  const proxy = 'http://proxy:3128';
  const cases: readonly (readonly [
    server: string,
    environment: Record<string, string>,
    expected: string | undefined,
  ])[] = [
    ['https://api.example.com', {}, undefined],
    ['https://api.example.com', { HTTPS_PROXY: proxy }, proxy],
    ['https://api.example.com', { https_proxy: 'proxy:3128' }, proxy],
    ['https://api.example.com', { HTTP_PROXY: proxy }, undefined],
    ['http://api.example.com', { HTTP_PROXY: proxy }, proxy],
    ['https://api.example.com', { ALL_PROXY: 'socks5://proxy:1080' }, 'socks5://proxy:1080'],
    ['https://localhost:6443', { HTTPS_PROXY: proxy }, undefined],
    ['https://127.0.0.1:6443', { HTTPS_PROXY: proxy }, undefined],
    ['https://[::1]:6443', { HTTPS_PROXY: proxy }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'other.org, example.com' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: '.example.com' }, undefined],
    ['https://example.com', { HTTPS_PROXY: proxy, NO_PROXY: '.example.com' }, proxy],
    ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'ample.com' }, proxy],
    ['https://api.example.com:6443', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:443' }, proxy],
    ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:443' }, undefined],
    ['https://10.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, undefined],
    ['https://11.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' }, proxy],
    ['https://10.1.2.3', { HTTPS_PROXY: proxy, NO_PROXY: '10.1.2.3' }, undefined],
  ];
  it.each(cases)('%s with %j', (server, environment, expected) => {
    expect(proxyFor(server, {}, environment)).toBe(expected);
  });

  it("the editor's own goes first, and its exceptions count too", () => {
    const settings = { url: 'http://editor:1', noProxy: ['*.corp.example'] };
    expect(proxyFor('https://api.example.com', settings, { HTTPS_PROXY: proxy })).toBe('http://editor:1');
    expect(proxyFor('https://api.corp.example', settings, { HTTPS_PROXY: proxy })).toBeUndefined();
  });
});

it('a kubeconfig with a proxy-url goes through it, with its password', async () => {
  const server = await apiServer(() => ({ body: { metadata: {}, items: [] } }));
  const tunnel = await proxy();
  const cluster = await server.open({ cluster: { 'proxy-url': `http://ann:pw@127.0.0.1:${tunnel.port}` } });
  expect(await cluster.list({ apiVersion: 'v1', kind: 'Pod' })).toMatchObject({ items: [] });
  expect(new Set(tunnel.asked)).toEqual(
    new Set([`${new URL(server.url).host} Basic ${Buffer.from('ann:pw').toString('base64')}`]),
  );
});

it('a proxy that refuses is told', async () => {
  const server = await apiServer(() => ({ body: {} }));
  const tunnel = await proxy({ refuse: true });
  const cluster = await server.open({
    cluster: { 'proxy-url': `http://127.0.0.1:${tunnel.port}` },
    limits: { tries: 1 },
  });
  await expect(cluster.discover()).rejects.toMatchObject({
    reason: 'unreachable',
    message: expect.stringContaining('407'),
  });
});

/** A proxy that makes tunnels. */
async function proxy({ refuse = false } = {}) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer();
  server.on('connect', (request, socket: Socket) => {
    asked.push([request.url, request.headers['proxy-authorization']].filter(it => it !== undefined).join(' '));
    sockets.add(socket.on('error', () => undefined));
    if (refuse) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    }).on('error', () => socket.destroy());
    sockets.add(onward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const it of sockets) it.destroy();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

it('a SOCKS proxy is asked for the server by name', async () => {
  const server = await apiServer(() => ({ body: { metadata: {}, items: [] } }));
  const socks = await socksProxy();
  const address = server.url.replace('127.0.0.1', 'localhost');
  const cluster = await server.open({
    cluster: { server: address, 'proxy-url': `socks5h://127.0.0.1:${socks.port}` },
  });
  expect(await cluster.list({ apiVersion: 'v1', kind: 'Pod' })).toMatchObject({ items: [] });
  expect(new Set(socks.asked)).toEqual(new Set([new URL(address).host]));
});

/** RFC 1928, as far as a client without a password needs it. */
async function socksProxy() {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', request => {
        const length = request[4] ?? 0;
        const host = request.subarray(5, 5 + length).toString();
        const port = request.readUInt16BE(5 + length);
        asked.push(`${host}:${port}`);
        const onward = connect(port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          onward.pipe(socket).pipe(onward);
        }).on('error', () => socket.destroy());
        sockets.add(onward);
      });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const it of sockets) it.destroy();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}
