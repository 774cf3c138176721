import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chart, ChartOf, Unavailable } from '../../core/facts/facts.ts';
import { type ChartSource, Failure } from '../../engine/ports.ts';
import { type Credentials, userCredentials } from './credentials.ts';
import { getOk, shownUrl } from './http.ts';
import type { Origin } from './origin.ts';
import { registryOrigin } from './registry.ts';
import { httpOrigin } from './repository.ts';
import { unpack } from './tar.ts';

export interface ChartOptions {
  /** Folder of the user's cache. */
  readonly folder: string;
  /** The highest version that satisfies a constraint; a version by itself is its own answer. `undefined`: none does. */
  readonly best: (constraint: string, versions: readonly string[]) => Promise<string | undefined>;
  readonly credentials?: Credentials;
}

const mostBytes = 50_000_000;

/**
 * Charts of chart repositories and registries, and files by URL: from the user's cache, and from the network only when asked for. An archive is
 * kept by its content and checked against the digest that its index or manifest promises, when it comes and again whenever it is read.
 */
export function createChartSource(options: ChartOptions): ChartSource {
  const credentials = options.credentials ?? userCredentials();
  return {
    chart: async (of, { fetch, signal }) => {
      const cache = new Cache(options.folder);
      const known = await cache.chart(of);
      const pinned = isPinned(of.revision);
      if (known && (!fetch || pinned)) return known;
      if (!fetch) return notFetched(`Chart ${nameOf(of)}`);
      try {
        return await fetchChart(of, options, credentials, cache, signal);
      } catch (cause) {
        // What was there yesterday is better than nothing, and the revision tells which it is.
        if (known && cause instanceof Failure) return known;
        throw cause;
      }
    },
    file: async ({ url }, { fetch, signal }) => {
      const cache = new Cache(options.folder);
      const known = await cache.text(url);
      if (!fetch) return known ?? notFetched(shownUrl(url));
      try {
        const { bytes } = await getOk(url, { mostBytes, signal });
        const text = bytes.toString('utf8');
        await cache.keepText(url, text);
        return text;
      } catch (cause) {
        if (known !== undefined && cause instanceof Failure) return known;
        throw cause;
      }
    },
  };
}

async function fetchChart(
  of: ChartOf,
  { best }: ChartOptions,
  credentials: Credentials,
  cache: Cache,
  signal: AbortSignal | undefined,
): Promise<Chart> {
  const origin: Origin = /^https?:\/\//.test(of.repoURL)
    ? httpOrigin(of.repoURL, credentials)
    : registryOrigin(of.repoURL, credentials);
  const version = isPinned(of.revision)
    ? of.revision
    : await best(of.revision, await origin.versions(of.chart, signal));
  if (version === undefined)
    throw new Failure(
      'fetchFailed',
      shownUrl(of.repoURL),
      `No version of ${nameOf(of)} satisfies "${of.revision}". Correct the revision.`,
    );
  const { url, digest, headers, hasFolder } = await origin.locate(of.chart, version, signal);
  const { bytes } = await getOk(url, { headers, mostBytes, signal });
  const found = sha256(bytes);
  if (digest !== '' && digest !== found)
    throw new Failure(
      'fetchFailed',
      shownUrl(url),
      `${shownUrl(url)} is not what its repository promises: its SHA-256 is ${found} and should be ${digest}. It was thrown away.`,
    );
  return cache.keepChart(of, { version, hasFolder }, bytes);
}

/** A whole version, which never changes; anything else is asked for again. */
function isPinned(revision: string): boolean {
  return /^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]*)?$/.test(revision);
}

/** What is kept of a chart besides its archive. */
interface Note {
  readonly version: string;
  readonly digest: string;
  readonly hasFolder: boolean;
}

class Cache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async chart(of: ChartOf): Promise<Chart | undefined> {
    const note = await this.#read(this.#noteOf(of));
    if (!note) return undefined;
    const { version, digest, hasFolder } = JSON.parse(note.toString('utf8')) as Note;
    const archive = await this.#read(this.#archiveOf(digest));
    // Damaged on the disk: as if it were not there.
    if (!archive || sha256(archive) !== digest) return undefined;
    return { version, files: await unpack(archive, { hasFolder }) };
  }

  async keepChart(of: ChartOf, { version, hasFolder }: Omit<Note, 'digest'>, archive: Buffer): Promise<Chart> {
    let files: Chart['files'];
    try {
      files = await unpack(archive, { hasFolder });
    } catch (cause) {
      throw new Failure(
        'fetchFailed',
        shownUrl(of.repoURL),
        `The archive of ${nameOf(of)} cannot be read: ${cause instanceof Error ? cause.message : cause}.`,
        cause,
      );
    }
    const digest = sha256(archive);
    await this.#write(this.#archiveOf(digest), archive);
    await this.#write(this.#noteOf(of), Buffer.from(JSON.stringify({ version, digest, hasFolder } satisfies Note)));
    return { version, files };
  }

  async text(url: string): Promise<string | undefined> {
    return (await this.#read(this.#textOf(url)))?.toString('utf8');
  }

  keepText(url: string, text: string): Promise<void> {
    return this.#write(this.#textOf(url), Buffer.from(text));
  }

  #noteOf({ repoURL, chart, revision }: ChartOf): string {
    return join(this.#folder, 'charts', `${sha256(Buffer.from(JSON.stringify([repoURL, chart, revision])))}.json`);
  }

  #archiveOf(digest: string): string {
    return join(this.#folder, 'archives', `${digest}.tgz`);
  }

  #textOf(url: string): string {
    return join(this.#folder, 'files', sha256(Buffer.from(url)));
  }

  #read(file: string): Promise<Buffer | undefined> {
    return readFile(file).catch(() => undefined);
  }

  /** A reader never sees half a file: other editors use the same cache. */
  async #write(file: string, bytes: Buffer): Promise<void> {
    await mkdir(join(file, '..'), { recursive: true });
    const temporary = `${file}.${process.pid}.${Date.now()}`;
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function nameOf({ repoURL, chart, revision }: ChartOf): string {
  return `${chart === '' ? shownUrl(repoURL) : `${chart} of ${shownUrl(repoURL)}`} ${revision}`.trim();
}

function notFetched(what: string): Unavailable {
  return {
    unavailable: true,
    why: `${what} is not in the cache. Fetch it: render with --fetch, or refresh the Application.`,
  };
}
