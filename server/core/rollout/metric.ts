import { parseDuration } from '../text/duration.ts';
import type { JsonObject } from '../text/json.ts';
import { isSet, objectOf, textOf } from './view.ts';

/** Something wrong with one metric, in the controller's words (argo-rollouts:utils/analysis/factory.go, ValidateMetric). */
export interface MetricFault {
  readonly message: string;
  /** Keys from the metric to what must change. */
  readonly keys: readonly string[];
  /** The text has `{{args.…}}` in it, which the controller replaces before it judges: wrong only as it stands. */
  readonly tagged?: true;
}

/** Every fault, in the controller's order; it reports the first and stops. */
export function metricFaults(metric: JsonObject): readonly MetricFault[] {
  return [...limitFaults(metric), ...countFaults(metric), ...timeFaults(metric), ...providerFaults(metric)];
}

/** An int-or-string as a number: a text that is no whole number counts as 0. */
export function intValue(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[-+]?[0-9]+$/.test(value) ? Number(value) : 0;
}

function limitFaults(metric: JsonObject): readonly MetricFault[] {
  const [success, failure] = [intValue(metric.consecutiveSuccessLimit), intValue(metric.failureLimit)];
  const faults: MetricFault[] = [];
  if (success < 0) faults.push({ message: 'consecutiveSuccessLimit must be >= 0', keys: ['consecutiveSuccessLimit'] });
  if (failure < -1) faults.push({ message: 'failureLimit must be >= 0, or -1 to be disabled', keys: ['failureLimit'] });
  if (success === 0 && failure === -1) {
    faults.push({
      message: 'failureLimit and consecutiveSuccessLimit cannot both be disabled',
      keys: ['failureLimit'],
    });
  }
  for (const key of ['inconclusiveLimit', 'consecutiveErrorLimit']) {
    if (intValue(metric[key]) < 0) faults.push({ message: `${key} must be >= 0`, keys: [key] });
  }
  return faults;
}

function countFaults(metric: JsonObject): readonly MetricFault[] {
  const [count, success, failure] = ['count', 'consecutiveSuccessLimit', 'failureLimit'].map(it =>
    intValue(metric[it]),
  ) as [number, number, number];
  if (count <= 0) return [];
  const keys = ['count'];
  const faults: MetricFault[] = [];
  if (success >= 0 && failure >= 0 && count < failure + success) {
    const message = `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failure} + ${success}) if both >= 0`;
    faults.push({ message, keys });
  }
  if (success >= 0 && failure < 0 && count < success) {
    faults.push({ message: 'count must be >= consecutiveSuccessLimit', keys });
  }
  if (count < intValue(metric.inconclusiveLimit)) faults.push({ message: 'count must be >= inconclusiveLimit', keys });
  return faults;
}

function timeFaults(metric: JsonObject): readonly MetricFault[] {
  const missing = intValue(metric.count) > 1 && textOf(metric, 'interval') === '';
  return [
    ...(missing ? [{ message: 'interval must be specified when count > 1', keys: ['count'] }] : []),
    ...durationFault(metric, 'interval', 'interval'),
    ...durationFault(metric, 'initialDelay', 'startDelay'),
  ];
}

function durationFault(metric: JsonObject, key: string, word: string): readonly MetricFault[] {
  const text = textOf(metric, key);
  if (text === '') return [];
  const duration = parseDuration(text);
  if (!('error' in duration)) return [];
  const tagged = text.includes('{{') ? { tagged: true as const } : {};
  return [{ message: `invalid ${word} string: ${duration.error}`, keys: [key], ...tagged }];
}

const providers = [
  'prometheus',
  'job',
  'web',
  'wavefront',
  'kayenta',
  'datadog',
  'newRelic',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
];

function providerFaults(metric: JsonObject): readonly MetricFault[] {
  const provider = objectOf(metric, 'provider');
  const plugins = Object.keys(objectOf(provider, 'plugin') ?? {}).length;
  const count = providers.filter(it => isSet(provider, it)).length + plugins;
  if (count === 1) return [];
  return [{ message: count === 0 ? 'no provider specified' : 'multiple providers specified', keys: ['provider'] }];
}
