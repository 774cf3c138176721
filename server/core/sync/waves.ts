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

const mostWave = 2n ** 63n;

/** As strconv.Atoi reads it: a sign and digits, nothing else, in 64 bits. */
function wholeNumber(text: string | undefined): number | undefined {
  const [, sign, digits] = /^([+-]?)(\d+)$/.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  const value = BigInt(digits) * (sign === '-' ? -1n : 1n);
  return value >= -mostWave && value < mostWave ? Number(value) : undefined;
}
