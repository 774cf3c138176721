import type { JsonObject } from '../text/json.ts';
import { checkAntiAffinity } from './antiAffinity.ts';
import { child, invalid, type RolloutError, type Where } from './error.ts';
import { isSet, numberOf, objectAt, objectOf, textOf } from './view.ts';

/** argo-rollouts:pkg/apis/rollouts/validation/validation.go, ValidateRolloutStrategyBlueGreen */
export function checkBlueGreen(rollout: JsonObject, at: Where): readonly RolloutError[] {
  const spec = objectOf(rollout, 'spec');
  const blueGreen = objectAt(spec, 'strategy', 'blueGreen');
  const [active, preview] = [textOf(blueGreen, 'activeService'), textOf(blueGreen, 'previewService')];
  const kept = numberOf(spec, 'revisionHistoryLimit') ?? 10;
  const limit = numberOf(blueGreen, 'scaleDownDelayRevisionLimit');
  return [
    // Both missing is the same service twice to the controller.
    ...(active === preview ? [invalid(child(at, 'activeService'), active, sameService)] : []),
    ...(limit !== undefined && kept < limit
      ? [invalid(child(at, 'scaleDownDelayRevisionLimit'), limit, historyTooShort)]
      : []),
    ...(isSet(blueGreen, 'antiAffinity')
      ? checkAntiAffinity(objectOf(blueGreen, 'antiAffinity') ?? {}, child(at, 'antiAffinity'))
      : []),
  ];
}

const sameService =
  'This rollout uses the same service for the active and preview services, but two different services are required.';
const historyTooShort = "This rollout's revision history limit can not be smaller than the rollout's scale down limit";
