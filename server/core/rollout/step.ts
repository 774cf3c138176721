import { parseDuration } from '../text/duration.ts';
import type { JsonObject } from '../text/json.ts';
import { child, invalid, item, type RolloutError, required, type Where } from './error.ts';
import { qualifiedNameProblems } from './names.ts';
import { isSet, listOf, numberOf, objectAt, objectOf, textOf } from './view.ts';

export interface StepContext {
  readonly canary: JsonObject;
  /** Of the strategy. */
  readonly at: Where;
  /** Of the step. */
  readonly place: Where;
}

/** One canary step (argo-rollouts:pkg/apis/rollouts/validation/validation.go). */
export function checkStep(step: JsonObject, context: StepContext): readonly RolloutError[] {
  const { canary, at, place } = context;
  return [
    ...checkKinds(step, place),
    ...checkWeight(step, canary, child(place, 'setWeight')),
    ...checkPause(step, child(place, 'pause', 'duration')),
    ...(isSet(step, 'setCanaryScale') && !isSet(canary, 'trafficRouting')
      ? [
          required(child(at, 'trafficRouting'), 'SetCanaryScale requires TrafficRouting to be set', {
            path: child(place, 'setCanaryScale').path,
            part: 'key',
          }),
        ]
      : []),
    ...checkHeaderRoute(step, context),
    ...checkMirrorRoute(step, context),
    ...checkManagedRoutes(step, context),
    ...checkExperiment(step, context),
    ...checkArguments(step, place),
  ];
}

const allKinds = [
  ['Experiment', 'experiment'],
  ['Pause', 'pause'],
  ['SetWeight', 'setWeight'],
  ['Analysis', 'analysis'],
  ['SetCanaryScale', 'setCanaryScale'],
  ['SetHeaderRoute', 'setHeaderRoute'],
  ['SetMirrorRoute', 'setMirrorRoute'],
  ['Plugin', 'plugin'],
] as const;

const oneKind = 'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause';

/** [!] Only the first four kinds are counted against each other; a step with `setWeight` and `setCanaryScale` passes. */
function checkKinds(step: JsonObject, at: Where): readonly RolloutError[] {
  const counted = allKinds.slice(0, 4);
  const given = counted.filter(([, key]) => isSet(step, key));
  if (given.length > 1) {
    const value = counted.map(([name, key]) => `step.${name}: ${isSet(step, key)}`).join(' ');
    const fixes = given.map(([, key]) => ({
      title: `Remove ${key} from this step`,
      changes: [{ kind: 'remove' as const, path: child(at, key).path }],
    }));
    return [invalid(at, value, oneKind, { fixes })];
  }
  if (allKinds.some(([, key]) => isSet(step, key))) return [];
  // The controller prints whether each is missing, under the names of what is set.
  return [invalid(at, allKinds.map(([name]) => `step.${name}: true`).join(' '), oneKind)];
}

function checkWeight(step: JsonObject, canary: JsonObject, at: Where): readonly RolloutError[] {
  const weight = numberOf(step, 'setWeight');
  const most = numberOf(objectOf(canary, 'trafficRouting'), 'maxTrafficWeight') ?? 100;
  if (weight === undefined || (weight >= 0 && weight <= most)) return [];
  const nearest = weight < 0 ? 0 : most;
  return [
    invalid(at, weight, `SetWeight needs to be between 0 and ${most}`, {
      fixes: [{ title: `Set ${nearest}`, changes: [{ kind: 'set', path: at.path, value: nearest }] }],
    }),
  ];
}

function checkPause(step: JsonObject, at: Where): readonly RolloutError[] {
  const seconds = pauseSeconds(objectOf(step, 'pause'));
  return seconds < 0 ? [invalid(at, seconds, 'Duration needs to be greater than 0')] : [];
}

/** 0: waits for a person. A text that is neither whole seconds nor a duration counts as -1 (argo-rollouts: DurationSeconds). */
export function pauseSeconds(pause: JsonObject | undefined): number {
  const duration = pause?.duration;
  if (typeof duration === 'number') return duration;
  if (typeof duration !== 'string') return 0;
  if (/^[-+]?[0-9]+$/.test(duration) && Number(duration) === (Number(duration) | 0)) return Number(duration);
  const parsed = parseDuration(duration);
  return 'error' in parsed ? -1 : Math.trunc(parsed.nanoseconds / 1e9) | 0;
}

function checkHeaderRoute(step: JsonObject, { canary, place }: StepContext): readonly RolloutError[] {
  if (!isSet(step, 'setHeaderRoute')) return [];
  const at = child(place, 'setHeaderRoute');
  const traffic = objectOf(canary, 'trafficRouting');
  if (!['istio', 'alb', 'apisix'].some(it => isSet(traffic, it)) && !hasPlugins(traffic)) {
    return [
      invalid(at, undefined, 'SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix', {
        part: 'key',
      }),
    ];
  }
  return listOf(objectOf(step, 'setHeaderRoute'), 'match').flatMap((match, i) => {
    const value = objectOf(match, 'headerValue');
    const matchAt = item(child(at, 'match'), i);
    return isSet(traffic, 'alb') ? checkAlbMatch(value, matchAt) : checkMatch(value, matchAt, 'headerValue');
  });
}

function checkMirrorRoute(step: JsonObject, { canary, place }: StepContext): readonly RolloutError[] {
  const route = objectOf(step, 'setMirrorRoute');
  if (!route) return [];
  const at = child(place, 'setMirrorRoute');
  const traffic = objectOf(canary, 'trafficRouting');
  const supported = isSet(traffic, 'istio') || hasPlugins(traffic);
  return [
    ...(supported
      ? []
      : [
          invalid(at, undefined, 'SetMirrorRoute requires TrafficRouting, supports Istio and Plugins', { part: 'key' }),
        ]),
    ...listOf(route, 'match').flatMap((match, i) => {
      // [!] The controller checks `method` twice and `headers` never.
      const checked = ['method', 'path', 'method'].filter(it => isSet(match, it));
      return checked.flatMap(it => checkMatch(objectOf(match, it), item(child(at, 'match'), i), it));
    }),
  ];
}

function hasPlugins(traffic: JsonObject | undefined): boolean {
  return Object.keys(objectOf(traffic, 'plugins') ?? {}).length > 0;
}

const missedMatch = 'StringMatch value missed, match value must have one of the following: exact, regex, prefix';

/** `key` is the field that holds the match: the controller names the entry, and the author must change what is inside. */
function checkMatch(match: JsonObject | undefined, at: Where, key: string): readonly RolloutError[] {
  const given = ['exact', 'regex', 'prefix'].filter(it => textOf(match, it) !== '');
  const here = match ? { path: child(at, key).path } : {};
  if (given.length === 0) return [invalid(at, undefined, missedMatch, here)];
  const several = 'StringMatch match value must have exactly one of the following: exact, regex, prefix';
  return given.length > 1 ? [invalid(at, undefined, several, here)] : [];
}

function checkAlbMatch(match: JsonObject | undefined, at: Where): readonly RolloutError[] {
  if (!match) return [invalid(at, undefined, missedMatch)];
  const fine = textOf(match, 'exact') !== '' && textOf(match, 'regex') === '' && textOf(match, 'prefix') === '';
  const detail = "SetHeaderRoute match value invalid. ALB supports 'exact' value only";
  return fine ? [] : [invalid(at, undefined, detail, { path: child(at, 'headerValue').path })];
}

function checkManagedRoutes(step: JsonObject, { canary, at, place }: StepContext): readonly RolloutError[] {
  const traffic = objectOf(canary, 'trafficRouting');
  const kinds = ['setHeaderRoute', 'setMirrorRoute'].filter(it => isSet(step, it));
  if (!traffic || kinds.length === 0) return [];
  if (!isSet(traffic, 'managedRoutes')) {
    const detail = "Rollout has missing field 'spec.strategy.canary.trafficRouting.managedRoutes'";
    const names = kinds.map(it => textOf(objectOf(step, it), 'name')).filter(it => it !== '');
    const path = `${child(at, 'trafficRouting').path}/managedRoutes`;
    const value = names.map(name => ({ name }));
    const fixes =
      names.length > 0 ? [{ title: 'Add managedRoutes', changes: [{ kind: 'set' as const, path, value }] }] : [];
    return [
      required(child(at, 'trafficRouting', 'managedRoutes'), detail, {
        path: child(at, 'trafficRouting').path,
        part: 'key',
        fixes,
      }),
    ];
  }
  const names = listOf(traffic, 'managedRoutes').map(it => textOf(it, 'name'));
  return kinds.flatMap(kind => {
    const name = textOf(objectOf(step, kind), 'name');
    if (names.includes(name)) return [];
    const detail = 'Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes';
    return [invalid(child(place, kind), name, detail, { path: child(place, kind, 'name').path })];
  });
}

function checkExperiment(step: JsonObject, { canary, place }: StepContext): readonly RolloutError[] {
  const traffic = objectOf(canary, 'trafficRouting');
  const supported = ['alb', 'smi', 'istio'].some(it => isSet(traffic, it)) || hasPlugins(traffic);
  const detail = traffic
    ? 'Experiment template weight is only available for TrafficRouting with SMI, ALB, Istio and Plugins at this time'
    : 'Experiment template weight cannot be set unless TrafficRouting is enabled';
  return listOf(objectOf(step, 'experiment'), 'templates').flatMap((template, i) => {
    const weight = numberOf(template, 'weight');
    if (weight === undefined || (traffic && supported)) return [];
    return [invalid(child(item(child(place, 'experiment', 'templates'), i), 'weight'), weight, detail)];
  });
}

/** Arguments of the step's analyses may take only metadata that the downward API knows (kubernetes: pkg/fieldpath/fieldpath.go). */
function checkArguments(step: JsonObject, place: Where): readonly RolloutError[] {
  const analyses = listOf(objectOf(step, 'experiment'), 'analyses').map((it, i) => ({
    args: listOf(it, 'args'),
    at: item(child(place, 'experiment', 'analyses'), i),
  }));
  const inline = isSet(step, 'analysis')
    ? [{ args: listOf(objectOf(step, 'analysis'), 'args'), at: child(place, 'analysis') }]
    : [];
  return [...analyses, ...inline].flatMap(({ args, at }) =>
    args.flatMap((arg, i) => {
      const fieldPath = textOf(objectAt(arg, 'valueFrom', 'fieldRef'), 'fieldPath');
      if (!fieldPath.startsWith('metadata') || isKnownField(fieldPath)) return [];
      const detail = 'Analyses arguments must refer to valid object metadata supported by downwardAPI';
      const path = child(item(child(at, 'args'), i), 'valueFrom', 'fieldRef', 'fieldPath').path;
      return [invalid(child(place, 'analyses'), undefined, detail, { path })];
    }),
  );
}

function isKnownField(fieldPath: string): boolean {
  const [, path, key] = /^(.+?)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  if (path === undefined || key === undefined) {
    return ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'].includes(
      fieldPath,
    );
  }
  if (path === 'metadata.annotations') return qualifiedNameProblems(key.toLowerCase()).length === 0;
  return path === 'metadata.labels' && qualifiedNameProblems(key).length === 0;
}
