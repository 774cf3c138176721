import type { Problem } from '../text/finding.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { checkBlueGreen } from './blueGreen.ts';
import { checkCanary } from './canary.ts';
import { decode } from './decode.ts';
import { child, internal, invalid, problemOf, type RolloutError, required, type Where } from './error.ts';
import { checkLabelSelector, select } from './labels.ts';
import { checkPodTemplate } from './podTemplate.ts';
import { checkNonnegative } from './probes.ts';
import { isSet, numberOf, objectAt, objectOf, textsOf } from './view.ts';

/**
 * A Rollout as its controller judges it before it does anything: the same errors with the same words in the same order
 * (argo-rollouts:pkg/apis/rollouts/validation/validation.go), each at the place in the file that the author must change.
 * What refers to other objects (services, ingresses, templates) is not judged here.
 */
export function validateRollout(object: Json): readonly Problem[] {
  const { refusal, value } = decode(object, 'v1alpha1.Rollout');
  if (refusal) return [unreadable(refusal)];
  return rolloutErrors(value).map(it => problemOf(it, codeOf(it)));
}

/** The controller cannot read the object at all; what else is wrong with it is not known to it. */
export function unreadable(refusal: { readonly message: string; readonly path: string }): Problem {
  return {
    code: 'rollout-unreadable',
    message: `${refusal.message}. The controller cannot read this object and does nothing with it.`,
    path: refusal.path,
  };
}

/** The controller's errors of a decoded Rollout. */
export function rolloutErrors(rollout: JsonObject): readonly RolloutError[] {
  const spec = objectOf(rollout, 'spec') ?? {};
  const at: Where = { field: 'spec', path: '/spec' };
  return [
    ...checkNonnegative(numberOf(spec, 'replicas') ?? 1, child(at, 'replicas')),
    ...checkSelector(spec, at),
    ...checkWorkloadReference(spec, at),
    ...checkTemplate(spec, at),
    ...checkTimes(spec, at),
    ...checkStrategy(rollout, child(at, 'strategy')),
  ];
}

function checkSelector(spec: JsonObject, at: Where): readonly RolloutError[] {
  if (isSet(spec, 'workloadRef')) return [];
  const place = child(at, 'selector');
  const selector = objectOf(spec, 'selector');
  if (!selector)
    return [
      required(place, "Rollout has missing field '.spec.selector'", {
        path: at.path,
        part: 'key',
        ...selectorFix(spec),
      }),
    ];
  const entries =
    Object.keys(objectOf(selector, 'matchLabels') ?? {}).length + listLength(selector, 'matchExpressions');
  return [
    ...checkLabelSelector(selector, place),
    ...(entries === 0
      ? [invalid(place, undefined, 'empty selector is invalid for deployment', selectorFix(spec))]
      : []),
  ];
}

/** The pod template's labels are what the selector must match. */
function selectorFix(spec: JsonObject): Pick<RolloutError, 'fixes'> {
  const labels = objectAt(spec, 'template', 'metadata', 'labels');
  if (!labels || Object.keys(labels).length === 0) return {};
  const value = { matchLabels: labels };
  return {
    fixes: [{ title: "Select the pod template's labels", changes: [{ kind: 'set', path: '/spec/selector', value }] }],
  };
}

function listLength(parent: JsonObject, key: string): number {
  const value = parent[key];
  return Array.isArray(value) ? value.length : 0;
}

function checkWorkloadReference(spec: JsonObject, at: Where): readonly RolloutError[] {
  if (!isSet(spec, 'workloadRef')) return [];
  const metadata = objectAt(spec, 'template', 'metadata');
  const filled = ['labels', 'annotations'].some(it => Object.keys(objectOf(metadata, it) ?? {}).length > 0);
  if (!filled) return [];
  const error = internal(child(at, 'template'), 'template must be empty for workload reference rollout');
  return [
    {
      ...error,
      part: 'entry',
      fixes: [{ title: 'Remove the template', changes: [{ kind: 'remove', path: '/spec/template' }] }],
    },
  ];
}

function checkTemplate(spec: JsonObject, at: Where): readonly RolloutError[] {
  const template = objectOf(spec, 'template') ?? {};
  const labels = new Map(textsOf(objectOf(template, 'metadata'), 'labels'));
  const selection = select(objectOf(spec, 'selector'), labels);
  if (selection.error) return [invalid(child(at, 'selector'), undefined, 'invalid label selector')];
  return isSet(spec, 'workloadRef') ? [] : checkPodTemplate(template, selection, child(at, 'template'));
}

function checkTimes(spec: JsonObject, at: Where): readonly RolloutError[] {
  const ready = numberOf(spec, 'minReadySeconds') ?? 0;
  const deadline = numberOf(spec, 'progressDeadlineSeconds') ?? 600;
  const inDeadline = child(at, 'progressDeadlineSeconds');
  const path = isSet(spec, 'progressDeadlineSeconds') ? inDeadline.path : child(at, 'minReadySeconds').path;
  return [
    ...checkNonnegative(ready, child(at, 'minReadySeconds')),
    ...checkNonnegative(numberOf(spec, 'revisionHistoryLimit') ?? 10, child(at, 'revisionHistoryLimit')),
    ...checkNonnegative(deadline, inDeadline),
    ...(deadline <= ready ? [invalid(inDeadline, deadline, 'must be greater than minReadySeconds', { path })] : []),
  ];
}

function checkStrategy(rollout: JsonObject, at: Where): readonly RolloutError[] {
  const strategy = objectAt(rollout, 'spec', 'strategy');
  const place = { ...child(at, 'strategy'), path: at.path };
  const [canary, blueGreen] = [isSet(strategy, 'canary'), isSet(strategy, 'blueGreen')];
  if (canary && blueGreen) {
    return [
      invalid(place, 'blueGreen: true canary: true', 'Multiple Strategies can not be listed', {
        part: 'key',
        fixes: removeOne,
      }),
    ];
  }
  if (canary) return checkCanary(rollout, { ...at, path: `${at.path}/canary` });
  if (blueGreen) return checkBlueGreen(rollout, { ...at, path: `${at.path}/blueGreen` });
  return [
    required(place, "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'", { part: 'key' }),
  ];
}

const removeOne = ['canary', 'blueGreen'].map(name => ({
  title: `Remove ${name}`,
  changes: [{ kind: 'remove' as const, path: `/spec/strategy/${name}` }],
}));

/** One code for each part of the manifest, so that a setting can silence a part. */
export function codeOf({ path }: RolloutError): string {
  if (path.startsWith('/spec/template')) return 'rollout-template';
  if (path.startsWith('/spec/selector')) return 'rollout-selector';
  if (path.startsWith('/spec/strategy/canary/steps/')) return 'rollout-step';
  if (path.startsWith('/spec/strategy/canary/trafficRouting')) return 'rollout-traffic-routing';
  return path.startsWith('/spec/strategy') ? 'rollout-strategy' : 'rollout-spec';
}
