import type { JsonObject } from '../text/json.ts';
import { annotationOf } from './resource.ts';

/** argo-cd:gitops-engine/pkg/sync/syncwaves/waves.go: a wave that is no whole number falls through to Helm's weight, and that to 0. */
export function waveOf(object: JsonObject): number {
  return (
    wholeNumber(annotationOf(object, 'argocd.argoproj.io/sync-wave')) ??
    wholeNumber(annotationOf(object, 'helm.sh/hook-weight')) ??
    0
  );
}

/** As strconv.Atoi reads it: a sign and digits, nothing else. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
