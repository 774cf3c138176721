import { parse } from 'yaml';
import { isObject } from '../../core/text/json.ts';
import { Failure } from '../../engine/ports.ts';
import { basic, type Credentials } from './credentials.ts';
import { getOk, shownUrl } from './http.ts';
import type { Located, Origin } from './origin.ts';

const mostIndexBytes = 100_000_000;

/** A chart repository over HTTP: `index.yaml` names the archives (helm:pkg/repo). */
export function httpOrigin(repoURL: string, credentials: Credentials): Origin {
  const base = repoURL.replace(/\/*$/, '/');
  const headersFor = async (url: string): Promise<Readonly<Record<string, string>>> => {
    const login = await credentials.repository(repoURL);
    // A password is for the repository's own host; an index may point anywhere.
    return login && new URL(url).host === new URL(base).host ? { authorization: basic(login) } : {};
  };
  let index: Promise<ReadonlyMap<string, readonly IndexEntry[]>> | undefined;
  const entriesOf = async (chart: string, signal: AbortSignal | undefined): Promise<readonly IndexEntry[]> => {
    index ??= readIndex(`${base}index.yaml`, await headersFor(base), signal);
    const entries = (await index).get(chart);
    if (entries) return entries;
    throw new Failure(
      'fetchFailed',
      shownUrl(repoURL),
      `${shownUrl(repoURL)} has no chart "${chart}". Correct the name.`,
    );
  };
  return {
    versions: async (chart, signal) => (await entriesOf(chart, signal)).map(it => it.version),
    locate: async (chart, version, signal): Promise<Located> => {
      const entry = (await entriesOf(chart, signal)).find(it => isVersion(it.version, version));
      const [first] = entry?.urls ?? [];
      if (!entry || first === undefined)
        throw new Failure(
          'fetchFailed',
          shownUrl(repoURL),
          `${shownUrl(repoURL)} has no version ${version} of chart "${chart}". Correct the revision.`,
        );
      const url = new URL(first, base).href;
      return { url, digest: entry.digest, hasFolder: true, headers: await headersFor(url) };
    },
  };
}

interface IndexEntry {
  readonly version: string;
  readonly urls: readonly string[];
  /** SHA-256 in hexadecimal digits; empty where the index does not say. */
  readonly digest: string;
}

async function readIndex(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly IndexEntry[]>> {
  const { bytes } = await getOk(url, { headers, mostBytes: mostIndexBytes, signal });
  let index: unknown;
  try {
    const text = bytes.toString('utf8');
    index = text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text, { logLevel: 'silent', maxAliasCount: 0 });
  } catch (cause) {
    throw new Failure('fetchFailed', shownUrl(url), `${shownUrl(url)} is no index of charts.`, cause);
  }
  const entries = isObject(index) && isObject(index.entries) ? index.entries : {};
  return new Map(
    Object.entries(entries).map(([chart, versions]) => [
      chart,
      (Array.isArray(versions) ? versions : []).filter(isObject).map(it => ({
        version: String(it.version ?? ''),
        urls: Array.isArray(it.urls) ? it.urls.filter((one): one is string => typeof one === 'string') : [],
        // Anything that is there counts: a promise that cannot be read is not kept.
        digest: String(it.digest ?? '').replace(/^sha256:/, ''),
      })),
    ]),
  );
}

function isVersion(listed: string, wanted: string): boolean {
  return listed === wanted || listed.replace(/^v/, '') === wanted.replace(/^v/, '');
}
