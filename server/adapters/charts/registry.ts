import { isObject } from '../../core/text/json.ts';
import { Failure } from '../../engine/ports.ts';
import { basic, type Credentials } from './credentials.ts';
import { type Got, get, refused, shownUrl } from './http.ts';
import type { Located, Origin } from './origin.ts';

const mostBytes = 10_000_000;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const chartLayer = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const otherLayers = ['application/vnd.oci.image.layer.v1.tar+gzip', 'application/tar+gzip'];

/**
 * A registry of OCI artifacts (opencontainers/distribution-spec). A chart is the artifact `<address>/<chart>`; its versions are the tags, with
 * `_` for `+`, which a tag cannot have.
 */
export function registryOrigin(address: string, credentials: Credentials): Origin {
  const [host = '', ...path] = address
    .replace(/^oci:\/\//, '')
    .replace(/\/+$/, '')
    .split('/');
  const session = new Session(host, credentials);
  const nameOf = (chart: string) => [...path, ...(chart === '' ? [] : [chart])].join('/');
  return {
    versions: async (chart, signal) => {
      const tags: string[] = [];
      let next: string | undefined = `/v2/${nameOf(chart)}/tags/list?n=1000`;
      for (let page = 0; next !== undefined && page < 100; page++) {
        const got: Got = await session.get(next, nameOf(chart), signal);
        tags.push(...tagsIn(got));
        next = /<([^>]+)>;\s*rel="?next"?/.exec(got.headers.get('link') ?? '')?.[1];
      }
      return tags.map(it => it.replaceAll('_', '+'));
    },
    locate: async (chart, version, signal): Promise<Located> => {
      const name = nameOf(chart);
      const tag = version.replaceAll('+', '_');
      const got = await session.get(`/v2/${name}/manifests/${tag}`, name, signal, manifestType);
      const layers = layersIn(got);
      const layer =
        layers.find(it => it.mediaType === chartLayer) ??
        layers.find(it => otherLayers.includes(it.mediaType)) ??
        (layers.length === 1 ? layers[0] : undefined);
      if (!layer) throw new Failure('fetchFailed', address, `${address} ${chart}:${version} is no chart.`);
      return {
        url: session.urlOf(`/v2/${name}/blobs/${layer.digest}`),
        digest: layer.digest.replace(/^sha256:/, ''),
        hasFolder: layer.mediaType === chartLayer,
        headers: await session.headers(),
      };
    },
  };
}

/** Requests to one registry; it remembers the token that it was given. */
class Session {
  readonly #host: string;
  readonly #credentials: Credentials;
  #authorization: string | undefined;

  constructor(host: string, credentials: Credentials) {
    this.#host = host;
    this.#credentials = credentials;
  }

  urlOf(path: string): string {
    // Registries on the machine itself speak without encryption, as docker takes it.
    const scheme = /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(this.#host) ? 'http' : 'https';
    return new URL(path, `${scheme}://${this.#host}`).href;
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    return this.#authorization === undefined ? {} : { authorization: this.#authorization };
  }

  async get(path: string, name: string, signal: AbortSignal | undefined, accept = 'application/json'): Promise<Got> {
    const url = this.urlOf(path);
    const ask = async () => get(url, { headers: { accept, ...(await this.headers()) }, mostBytes, signal });
    let got = await ask();
    if (got.status === 401) {
      this.#authorization = await this.#login(got.headers.get('www-authenticate') ?? '', name, signal);
      if (this.#authorization !== undefined) got = await ask();
    }
    if (got.status < 200 || got.status >= 300) throw refused(url, got.status);
    return got;
  }

  /** distribution-spec: a token of the realm that the answer names, or the login itself. */
  async #login(challenge: string, name: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const login = await this.#credentials.registry(this.#host);
    const own = login ? basic(login) : undefined;
    if (!/^bearer /i.test(challenge)) return own;
    const part = (key: string) => new RegExp(`${key}="([^"]*)"`, 'i').exec(challenge)?.[1];
    const realm = part('realm');
    if (realm === undefined) return own;
    const url = new URL(realm);
    // A password goes nowhere in the clear, but for a registry on this machine.
    if (url.protocol !== 'https:' && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)) return undefined;
    const service = part('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', part('scope') ?? `repository:${name}:pull`);
    const got = await get(url.href, { headers: own === undefined ? {} : { authorization: own }, mostBytes, signal });
    if (got.status !== 200) throw refused(url.href, got.status);
    const answer = jsonOf(got);
    const token = answer.token ?? answer.access_token;
    return typeof token === 'string' ? `Bearer ${token}` : undefined;
  }
}

function tagsIn(got: Got): readonly string[] {
  const { tags } = jsonOf(got);
  return Array.isArray(tags) ? tags.filter((it): it is string => typeof it === 'string') : [];
}

function layersIn(got: Got): readonly { readonly mediaType: string; readonly digest: string }[] {
  const { layers } = jsonOf(got);
  return (Array.isArray(layers) ? layers : [])
    .filter(isObject)
    .flatMap(({ mediaType, digest }) =>
      typeof mediaType === 'string' && typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest)
        ? [{ mediaType, digest }]
        : [],
    );
}

function jsonOf({ bytes }: Got): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : {};
  } catch (cause) {
    throw new Failure('fetchFailed', shownUrl(''), 'The registry answered with something that is no JSON.', cause);
  }
}
