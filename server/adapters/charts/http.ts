import { Failure } from '../../engine/ports.ts';

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

const longestMs = 60_000;

/** One GET, followed over redirects. A password is sent to the host that it is for and never on: `fetch` drops it at another origin. */
export async function get(
  url: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly mostBytes: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Got> {
  const limit = AbortSignal.timeout(longestMs);
  const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
  try {
    const response = await fetch(url, { headers: { ...options.headers }, signal });
    return {
      status: response.status,
      headers: response.headers,
      bytes: await bytesOf(response, url, options.mostBytes),
    };
  } catch (cause) {
    if (options.signal?.aborted || cause instanceof Failure) throw cause;
    throw new Failure(
      'fetchFailed',
      shownUrl(url),
      `${shownUrl(url)} could not be fetched: ${reasonOf(cause)}.`,
      cause,
    );
  }
}

/** The same where anything but success is a failure. */
export async function getOk(url: string, options: Parameters<typeof get>[1]): Promise<Got> {
  const got = await get(url, options);
  if (got.status >= 200 && got.status < 300) return got;
  throw refused(url, got.status);
}

export function refused(url: string, status: number): Failure {
  const what =
    status === 401 || status === 403
      ? 'it asks for a login that is not known. Log in with helm on the command line (helm registry login, helm repo add)'
      : status === 404
        ? 'it is not there. Correct the name or the version'
        : `the server answered ${status}. Try again later`;
  return new Failure('fetchFailed', shownUrl(url), `${shownUrl(url)} could not be fetched: ${what}.`);
}

/** Without a password and without the query, which may be a signature. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1').replace(/\?.*$/, '');
}

async function bytesOf(response: Response, url: string, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > most) {
      throw new Failure(
        'fetchFailed',
        shownUrl(url),
        `${shownUrl(url)} is larger than ${most} bytes and was not read.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `nothing came for ${longestMs / 1000} s`;
  const inner = cause.cause instanceof Error ? cause.cause : cause;
  return inner.message || cause.message;
}
