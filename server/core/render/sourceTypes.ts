import type { JsonObject } from '../text/json.ts';
import type { SourceType } from './rendering.ts';
import { Refused } from './stop.ts';

/** Fields of a source by the tool that they mean, in Argo CD's order. */
const fields = { Kustomize: 'kustomize', Helm: 'helm', Directory: 'directory', Plugin: 'plugin' } as const;

/** The tool that a source names (argo-cd:pkg/apis/application/v1alpha1/types.go, ExplicitType). */
export function explicitType(source: JsonObject): SourceType | undefined {
  const types = (Object.keys(fields) as SourceType[]).filter(type => {
    const value = source[fields[type]];
    return value !== undefined && value !== null;
  });
  if (types.length > 1) throw new Refused(`multiple application sources defined: ${types.join(',')}`);
  return types[0];
}

export function isEnabled(type: SourceType, enabled: Readonly<Record<string, boolean>> | undefined): boolean {
  return enabled?.[type] ?? true;
}
