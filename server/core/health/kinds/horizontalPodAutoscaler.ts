import { isObject, type JsonObject } from '../../text/json.ts';
import { objectAt, objectsAt, textAt } from '../fields.ts';
import { type Health, type HealthKind, health } from '../health.ts';

const waiting = health('Progressing', 'Waiting to Autoscale');

/** argo-cd:gitops-engine/pkg/health/health_hpa.go. v1 keeps its conditions in an annotation. */
export const horizontalPodAutoscaler: HealthKind = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  versions: ['v1', 'v2'],
  word: 'HPA',
  assess: object =>
    object.apiVersion === 'autoscaling/v1'
      ? fromAnnotation(object)
      : judge(objectsAt(objectAt(object, 'status'), 'conditions')),
};

function fromAnnotation(object: JsonObject): Health {
  const text = objectAt(object, 'metadata', 'annotations')['autoscaling.alpha.kubernetes.io/conditions'];
  if (typeof text !== 'string') return waiting;
  try {
    const conditions: unknown = JSON.parse(text);
    return judge(Array.isArray(conditions) ? conditions.filter(isObject) : []);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return health('Unknown', `failed to convert conditions annotation to typed: ${why}`);
  }
}

function judge(conditions: readonly JsonObject[]): Health {
  // A failure anywhere goes before a success that stands earlier in the list.
  const degraded = conditions.find(it => isDegraded(textAt(it, 'type'), textAt(it, 'reason')));
  if (degraded) return health('Degraded', textAt(degraded, 'message'));
  const able = conditions.find(
    it => (it.type === 'AbleToScale' || it.type === 'ScalingLimited') && it.status === 'True',
  );
  if (able) return health('Healthy', textAt(able, 'message'));
  return waiting;
}

const noMetrics: readonly string[] = [
  'FailedGetResourceMetric',
  'FailedGetContainerResourceMetric',
  'FailedGetPodsMetric',
  'FailedGetObjectMetric',
  'FailedGetExternalMetric',
  'InvalidSelector',
];

function isDegraded(type: string, reason: string): boolean {
  if (type === 'AbleToScale') return reason === 'FailedGetScale' || reason === 'FailedUpdateScale';
  return type === 'ScalingActive' && noMetrics.includes(reason);
}
