import type { JsonObject } from '../text/json.ts';
import { child, forbidden, invalid, notSupported, type RolloutError, required, type Where } from './error.ts';
import { headerNameProblems, portNameProblems, portNumberProblems } from './names.ts';
import { isSet, itemsOf, listOf, numberOf, objectOf, textOf } from './view.ts';

/** Probes and lifecycle handlers of containers (kubernetes: pkg/apis/core/validation/validation.go, validateProbe, validateHandler). */
export function checkProbe(
  probe: JsonObject | undefined,
  kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  at: Where,
): readonly RolloutError[] {
  if (!probe) return [];
  // Zero is replaced by the default.
  const successes = numberOf(probe, 'successThreshold') || 1;
  const grace = numberOf(probe, 'terminationGracePeriodSeconds');
  const place = child(at, 'terminationGracePeriodSeconds');
  return [
    ...checkHandler(probe, ['exec', 'httpGet', 'tcpSocket', 'grpc'], 0, at),
    ...['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'].flatMap(it =>
      checkNonnegative(numberOf(probe, it) ?? 0, child(at, it)),
    ),
    ...(grace !== undefined && grace <= 0 ? [invalid(place, grace, 'must be greater than 0')] : []),
    ...(kind !== 'readinessProbe' && successes !== 1
      ? [invalid(child(at, 'successThreshold'), successes, 'must be 1')]
      : []),
    ...(kind === 'readinessProbe' && grace !== undefined
      ? [invalid(place, undefined, 'must not be set for readinessProbes')]
      : []),
  ];
}

export function checkLifecycle(lifecycle: JsonObject | undefined, grace: number, at: Where): readonly RolloutError[] {
  return ['postStart', 'preStop'].flatMap(it => {
    const handler = objectOf(lifecycle, it);
    return handler ? checkHandler(handler, ['exec', 'httpGet', 'tcpSocket', 'sleep'], grace, child(at, it)) : [];
  });
}

export function checkNonnegative(value: number, at: Where): readonly RolloutError[] {
  return value < 0 ? [invalid(at, value, 'must be greater than or equal to 0')] : [];
}

function checkHandler(
  handler: JsonObject,
  kinds: readonly string[],
  grace: number,
  at: Where,
): readonly RolloutError[] {
  const given = kinds.filter(it => isSet(handler, it));
  if (given.length === 0) return [required(at, 'must specify a handler type')];
  return given.flatMap((kind, i) =>
    i > 0
      ? [forbidden(child(at, kind), 'may not specify more than 1 handler type')]
      : checkAction(kind, objectOf(handler, kind), grace, child(at, kind)),
  );
}

function checkAction(kind: string, action: JsonObject | undefined, grace: number, at: Where): readonly RolloutError[] {
  switch (kind) {
    case 'exec':
      return itemsOf(action, 'command').length === 0 ? [required(child(at, 'command'))] : [];
    case 'httpGet':
      return checkHttp(action, at);
    case 'sleep':
      return checkSleep(numberOf(action, 'seconds') ?? 0, grace, at);
    default:
      return checkPort(action, child(at, 'port'));
  }
}

function checkHttp(action: JsonObject | undefined, at: Where): readonly RolloutError[] {
  const scheme = textOf(action, 'scheme');
  return [
    ...checkPort(action, child(at, 'port')),
    ...(scheme === '' || scheme === 'HTTP' || scheme === 'HTTPS'
      ? []
      : [notSupported(child(at, 'scheme'), scheme, ['HTTP', 'HTTPS'])]),
    ...listOf(action, 'httpHeaders').flatMap((header, i) =>
      headerNameProblems(textOf(header, 'name')).map(it =>
        invalid(child(at, 'httpHeaders'), textOf(header, 'name'), it, {
          path: `${child(at, 'httpHeaders').path}/${i}/name`,
        }),
      ),
    ),
  ];
}

function checkPort(action: JsonObject | undefined, at: Where): readonly RolloutError[] {
  const port = action?.port;
  if (typeof port === 'string') return portNameProblems(port).map(it => invalid(at, port, it));
  const number = typeof port === 'number' ? port : 0;
  return portNumberProblems(number).map(it => invalid(at, number, it));
}

function checkSleep(seconds: number, grace: number, at: Where): readonly RolloutError[] {
  if (seconds > 0 && seconds <= grace) return [];
  const sentence = `must be greater than 0 and less than terminationGracePeriodSeconds (${grace}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`;
  return [invalid(at, seconds, sentence)];
}
