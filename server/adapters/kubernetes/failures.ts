import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import { ClusterFailure, type ClusterFailureReason } from '../../engine/ports.ts';

/** What the API server answered when it did not do what was asked, as one of our reasons (apimachinery's `metav1.Status`). */
export function failureOf(
  answer: { readonly status: number; readonly text: string; readonly retryAfter: string | undefined },
  about: string,
): ClusterFailure {
  const status = statusIn(answer.text);
  const details = isObject(status?.details) ? status.details : {};
  const message = textOf(status?.message) || `the server answered ${answer.status}`;
  const causes = (Array.isArray(details.causes) ? details.causes : []).filter(isObject).map(it => ({
    reason: textOf(it.reason),
    field: textOf(it.field),
    message: withoutValues(textOf(it.message), details),
  }));
  const seconds = Number(answer.retryAfter ?? details.retryAfterSeconds ?? Number.NaN);
  return new ClusterFailure(
    reasonOf(answer.status, textOf(status?.reason), message, causes),
    about,
    withoutValues(message, details),
    { status: answer.status, causes, retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined },
  );
}

function reasonOf(
  code: number,
  reason: string,
  message: string,
  causes: ClusterFailure['causes'],
): ClusterFailureReason {
  if (/exceeded quota/.test(message)) return 'quota';
  if (/admission webhook .* denied|denied the request|ValidatingAdmissionPolicy/.test(message)) return 'denied';
  if (/because it is being terminated/.test(message) || causes.some(it => it.reason === 'NamespaceTerminating'))
    return 'terminating';
  if (code === 413 || /metadata\.annotations: Too long|Request entity too large/.test(message)) return 'tooLarge';
  switch (reason) {
    case 'AlreadyExists':
      return 'alreadyExists';
    case 'Conflict':
      return 'conflict';
    case 'Expired':
    case 'Gone':
      return 'expired';
    case 'Timeout':
    case 'ServerTimeout':
      return 'timeout';
  }
  return codes[code] ?? (code >= 500 ? 'serverError' : 'invalid');
}

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

/** The API server quotes invalid values; those of a Secret must not be read by anyone. */
function withoutValues(message: string, details: JsonObject): string {
  return details.kind === 'Secret' || details.kind === 'secrets'
    ? message.replace(/Invalid value: .*?(?=: [a-z]|$)/g, 'Invalid value (not shown)')
    : message;
}

function statusIn(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Proxies and load balancers answer in HTML; their code is all that can be used.
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** No answer at all. */
export function connectionFailure(cause: unknown, about: string): ClusterFailure {
  const code = codeOf(cause);
  const what = cause instanceof Error ? cause.message || code : String(cause);
  if (/TIMEOUT/.test(code)) return new ClusterFailure('timeout', about, `no answer in time (${what})`, { cause });
  return new ClusterFailure('unreachable', about, `no connection to the API server: ${what || code}`, { cause });
}

function codeOf(cause: unknown): string {
  const at = cause as { readonly code?: unknown; readonly cause?: unknown } | undefined;
  if (typeof at?.code === 'string') return at.code;
  return at?.cause === undefined ? '' : codeOf(at.cause);
}
