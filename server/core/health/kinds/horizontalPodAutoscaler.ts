import { isObject, type JsonObject } from '../../text/json.ts';
import { objectAt, objectsAt, textAt } from '../fields.ts';
import { type Health, type HealthKind, health } from '../health.ts';

const waiting = health('Progressing', 'Waiting to Autoscale');

/** argo-cd:gitops-engine/pkg/health/health_hpa.go. v1 keeps its conditions in an annotation. */
export const horizontalPodAutoscaler: HealthKind = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  versions: ['v1', 'v2', 'v2beta1'],
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
  for (const condition of conditions) {
    if (isDegraded(textAt(condition, 'type'), textAt(condition, 'reason')))
      return health('Degraded', textAt(condition, 'message'));
    const able = condition.type === 'AbleToScale' || condition.type === 'ScalingLimited';
    if (able && condition.status === 'True') return health('Healthy', textAt(condition, 'message'));
  }
  return waiting;
}

function isDegraded(type: string, reason: string): boolean {
  if (type === 'AbleToScale') return reason === 'FailedGetScale' || reason === 'FailedUpdateScale';
  return type === 'ScalingActive' && (reason === 'FailedGetResourceMetric' || reason === 'InvalidSelector');
}
