import type { Json, JsonObject } from '../text/json.ts';
import { checkAntiAffinity } from './antiAffinity.ts';
import { child, invalid, item, type RolloutError, type Where } from './error.ts';
import { checkStep } from './step.ts';
import { flagOf, isSet, itemsOf, listOf, numberOf, objectAt, objectOf, textOf } from './view.ts';

/**
 * argo-rollouts:pkg/apis/rollouts/validation/validation.go, ValidateRolloutStrategyCanary. The controller's paths leave out `canary`:
 * `at.field` is `spec.strategy`, `at.path` is /spec/strategy/canary.
 */
export function checkCanary(rollout: JsonObject, at: Where): readonly RolloutError[] {
  const canary = objectAt(rollout, 'spec', 'strategy', 'canary') ?? {};
  const steps = listOf(canary, 'steps');
  return [
    ...checkSurge(canary, child(at, 'maxSurge')),
    ...checkServices(canary, at),
    ...checkPingPong(canary, at),
    ...checkRequiredServices(canary, at),
    ...checkScaling(canary, at),
    ...steps.flatMap((step, i) => checkStep(step, { canary, at, place: item(child(at, 'steps'), i) })),
    ...(isSet(canary, 'antiAffinity')
      ? checkAntiAffinity(objectOf(canary, 'antiAffinity') ?? {}, child(at, 'antiAffinity'))
      : []),
  ];
}

function checkSurge(canary: JsonObject, at: Where): readonly RolloutError[] {
  const zero = amount(canary.maxSurge ?? '25') === 0 && amount(canary.maxUnavailable ?? '25') === 0;
  return zero ? [invalid(at, undefined, 'MaxSurge and MaxUnavailable both can not be zero')] : [];
}

/** A text that is neither a percentage nor a number counts as 0 here. */
function amount(value: Json): number {
  if (typeof value === 'number') return value;
  const text = String(value);
  if (/^[0-9]+%$/.test(text)) return Number(text.slice(0, -1));
  return /^[-+]?[0-9]+$/.test(text) ? Number(text) : 0;
}

function checkServices(canary: JsonObject, at: Where): readonly RolloutError[] {
  const [stable, other] = [textOf(canary, 'stableService'), textOf(canary, 'canaryService')];
  if (stable === '' || stable !== other) return [];
  return [
    invalid(
      child(at, 'stableService'),
      stable,
      'This rollout uses the same service for the stable and canary services, but two different services are required.',
    ),
  ];
}

function checkPingPong(canary: JsonObject, at: Where): readonly RolloutError[] {
  const pingPong = objectOf(canary, 'pingPong');
  if (!pingPong) return [];
  const traffic = objectOf(canary, 'trafficRouting');
  const [ping, pong] = [textOf(pingPong, 'pingService'), textOf(pingPong, 'pongService')];
  const supported = ['alb', 'istio'].some(it => isSet(traffic, it)) || itemsCount(traffic, 'plugins') > 0;
  const inAlb = child(at, 'trafficRouting', 'alb');
  const alb = objectOf(traffic, 'alb');
  const incomplete = 'Ping service and Pong service must to be set to use Ping-Pong feature';
  return [
    ...(traffic && !supported
      ? [
          invalid(
            inAlb,
            undefined,
            'Ping-pong feature works with the ALB, Istio, and plugin-based traffic routers only',
            {
              path: child(at, 'pingPong').path,
              part: 'key',
            },
          ),
        ]
      : []),
    ...(ping === '' ? [invalid(child(at, 'pingPong', 'pingService'), ping, incomplete)] : []),
    ...(pong === '' ? [invalid(child(at, 'pingPong', 'pongService'), pong, incomplete)] : []),
    ...(ping === pong
      ? [
          invalid(
            child(at, 'pingPong', 'pingService'),
            ping,
            'This rollout uses the same service for the ping and pong services, but two different services are required.',
          ),
        ]
      : []),
    ...(alb && textOf(alb, 'rootService') === ''
      ? [
          invalid(
            child(inAlb, 'rootService'),
            '',
            'Root service field is required for the configuration with ALB and ping-pong feature enabled',
          ),
        ]
      : []),
  ];
}

function itemsCount(parent: JsonObject | undefined, key: string): number {
  return Object.keys(objectOf(parent, key) ?? {}).length + itemsOf(parent, key).length;
}

/** Routers that send traffic to the two services by name. */
function needsServices(canary: JsonObject): boolean {
  const traffic = objectOf(canary, 'trafficRouting');
  const pingPong = isSet(canary, 'pingPong');
  return (
    (isSet(traffic, 'alb') && !pingPong) ||
    (isSet(traffic, 'istio') && !isSet(objectOf(traffic, 'istio'), 'destinationRule') && !pingPong) ||
    ['smi', 'apisix', 'ambassador', 'nginx', 'appMesh', 'traefik'].some(it => isSet(traffic, it))
  );
}

function checkRequiredServices(canary: JsonObject, at: Where): readonly RolloutError[] {
  if (!needsServices(canary)) return [];
  return ['stableService', 'canaryService']
    .filter(it => textOf(canary, it) === '')
    .map(it =>
      invalid(child(at, it), '', 'Canary service and Stable service must to be set to use Traffic Routing', {
        ...(isSet(canary, it) ? {} : { path: child(at, 'trafficRouting').path, part: 'key' as const }),
      }),
    );
}

function checkScaling(canary: JsonObject, at: Where): readonly RolloutError[] {
  const delay = numberOf(canary, 'scaleDownDelaySeconds');
  const dynamic = flagOf(canary, 'dynamicStableScale');
  const place = child(at, 'dynamicStableScale');
  const remove = (key: string) => ({
    fixes: [{ title: `Remove ${key}`, changes: [{ kind: 'remove' as const, path: child(at, key).path }] }],
  });
  const traffic = objectOf(canary, 'trafficRouting');
  if (!traffic) {
    return [
      ...(delay === undefined
        ? []
        : [
            invalid(
              child(at, 'scaleDownDelaySeconds'),
              delay,
              'Canary scaleDownDelaySeconds can only be used with traffic routing',
              remove('scaleDownDelaySeconds'),
            ),
          ]),
      ...(dynamic
        ? [
            invalid(
              place,
              true,
              'Canary dynamicStableScale can only be used with traffic routing',
              remove('dynamicStableScale'),
            ),
          ]
        : []),
    ];
  }
  const weighted = isSet(traffic, 'nginx') || itemsCount(traffic, 'plugins') > 0;
  return [
    ...(delay !== undefined && dynamic
      ? [
          invalid(
            place,
            true,
            'Canary dynamicStableScale cannot be used with scaleDownDelaySeconds',
            remove('dynamicStableScale'),
          ),
        ]
      : []),
    ...(isSet(traffic, 'maxTrafficWeight') && !weighted
      ? [
          invalid(
            child(at, 'trafficRouting', 'maxTrafficWeight'),
            undefined,
            'Canary maxTrafficWeight in traffic routing only supported in Nginx and Plugins',
          ),
        ]
      : []),
  ];
}
