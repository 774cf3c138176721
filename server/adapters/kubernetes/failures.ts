import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import { ClusterFailure, type ClusterFailureReason } from '../../engine/ports.ts';
import { type Secrets, withoutSecrets } from './secrets.ts';

/** What the API server answered when it did not do what was asked, as one of our reasons (apimachinery's `metav1.Status`). */
export function failureOf(
  answer: { readonly status: number; readonly text: string; readonly retryAfter: string | undefined },
  about: string,
  secrets: Secrets,
): ClusterFailure {
  const status = statusIn(answer.text);
  const details = isObject(status?.details) ? status.details : {};
  const message = textOf(status?.message) || wordsFor(answer.status, answer.text);
  const causes = (Array.isArray(details.causes) ? details.causes : []).filter(isObject).map(it => ({
    reason: textOf(it.reason),
    field: textOf(it.field),
    message: withoutSecrets(textOf(it.message), secrets),
  }));
  const asked = answer.retryAfter ?? details.retryAfterSeconds;
  const seconds = asked === undefined ? Number.NaN : Number(asked);
  return new ClusterFailure(
    reasonOf({ code: answer.status, reason: textOf(status?.reason), message, causes, isStatus: status !== undefined }),
    about,
    withoutSecrets(message, secrets),
    { status: answer.status, causes, retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined },
  );
}

interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: ClusterFailure['causes'];
  /** It came from the API server, and not from something between. */
  readonly isStatus: boolean;
}

/** Admission has no reasons of its own: quota, webhooks and policies are known by the words that apiserver puts before theirs. */
function reasonOf({ code, reason, message, causes, isStatus }: Refusal): ClusterFailureReason {
  if (causes.some(it => it.reason === 'NamespaceTerminating') || /because it is being terminated/.test(message))
    return 'terminating';
  if (code === 403 && /: exceeded quota: |: failed quota: /.test(message)) return 'quota';
  if (/^admission webhook .* denied the request|ValidatingAdmissionPolicy '.*' with binding '.*' denied/.test(message))
    return 'denied';
  if (code === 413 || /metadata\.annotations: Too long|etcdserver: request is too large/.test(message))
    return 'tooLarge';
  // Server-side apply of what does not fit the schema: apiserver answers 500 without a reason.
  if (/^failed to create typed patch object /.test(message)) return 'invalid';
  // What a person may not do is told as `User "…" cannot …`; other 403 are admission plugins, such as Pod Security.
  if (code === 403 && / is forbidden: /.test(message) && !/ cannot /.test(message)) return 'denied';
  if (code === 404 && (!isStatus || /could not find the requested resource/.test(message))) return 'unknownKind';
  return reasons[reason] ?? codes[code] ?? (code >= 500 || code < 400 ? 'serverError' : 'invalid');
}

const reasons: Readonly<Record<string, ClusterFailureReason>> = {
  AlreadyExists: 'alreadyExists',
  Conflict: 'conflict',
  Expired: 'expired',
  Gone: 'expired',
  Timeout: 'timeout',
  RequestEntityTooLarge: 'tooLarge',
};

const codes: Readonly<Record<number, ClusterFailureReason>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  405: 'unknownKind',
  408: 'timeout',
  409: 'conflict',
  410: 'expired',
  429: 'tooManyRequests',
  504: 'timeout',
};

/** Proxies and load balancers answer in HTML, the API server's outermost layers in plain words. */
function wordsFor(code: number, text: string): string {
  if (code === 401) return 'the server does not know this login, or it has expired';
  if (code < 400) return `something between us and the API server answered ${code}, which it never does`;
  const plain = /^\s*</.test(text) ? '' : text.trim().split('\n')[0]?.slice(0, 200);
  return plain ? `the server answered ${code}: ${plain}` : `the server answered ${code}`;
}

function statusIn(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) && value.kind === 'Status' ? value : undefined;
  } catch {
    // Not from the API server: the code is all that can be used.
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** No answer at all. */
export function connectionFailure(cause: unknown, about: string, server: string): ClusterFailure {
  const code = codeOf(cause);
  const words = wordsOf(cause) || code;
  const where = hostOf(server);
  if (/TIMEOUT|ETIMEDOUT/.test(code))
    return new ClusterFailure('timeout', about, `${where} did not answer in time`, { cause });
  const hint = hints[code] ?? hintFor(words);
  const message = `no connection to the API server ${where}: ${hint ?? words}`;
  return new ClusterFailure('unreachable', about, message, { cause });
}

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused; does the cluster run?',
  ENOTFOUND: 'its name is not known; is the network or VPN up?',
  EAI_AGAIN: 'its name is not known; is the network or VPN up?',
  EHOSTUNREACH: 'there is no way to it; is the network or VPN up?',
  ENETUNREACH: 'there is no way to it; is the network or VPN up?',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted(),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted(),
  UNABLE_TO_GET_ISSUER_CERT: untrusted(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted(),
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another name; set tls-server-name in the kubeconfig if that is meant',
};

function untrusted(): string {
  return 'its certificate is signed by an authority that is not trusted; the kubeconfig should name it as certificate-authority, or NODE_EXTRA_CA_CERTS';
}

function hintFor(words: string): string | undefined {
  if (/wrong version number|packet length too long/.test(words))
    return 'it does not speak TLS; is its address http and not https?';
  if (/bad certificate|certificate required|certificate unknown|unknown ca/.test(words))
    return 'it refused the client certificate; log in again';
  return undefined;
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}

function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // Several addresses were tried, each with a failure of its own.
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(wordsOf).join('; ');
  return cause.message;
}

function codeOf(cause: unknown): string {
  const at = cause as { readonly code?: unknown; readonly cause?: unknown } | undefined;
  if (typeof at?.code === 'string') return at.code;
  return at?.cause === undefined ? '' : codeOf(at.cause);
}
