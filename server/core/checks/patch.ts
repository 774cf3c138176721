import type { ManifestDocument, SourceFile } from '../documents/document.ts';
import { objectAt } from '../model/fields.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { CheckContext } from './rule.ts';

/**
 * Whether a document is laid over another one, so that it holds only what it changes: a kustomization of the workspace names its file, the
 * file's name says so, it has strategic merge directives, or it is what nobody deploys: a workload whose containers have no image, an
 * autoscaler of nothing.
 */
export function isPatch(file: SourceFile, { value }: ManifestDocument, { workspace }: CheckContext): boolean {
  if (workspace?.isPatch?.(file.file) || patchFile.test(file.file)) return true;
  if (!isObject(value)) return false;
  return isPartOfWorkload(value) || (file.text.includes('$patch') && hasDirective(value));
}

const patchFile = /(^|[/._-])patch(es)?([/._-]|$)/i;

const workloads: ReadonlySet<unknown> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
]);

function isPartOfWorkload(value: JsonObject): boolean {
  if (value.kind === 'HorizontalPodAutoscaler') return objectAt(value, 'spec').scaleTargetRef === undefined;
  if (!workloads.has(value.kind)) return false;
  const template = value.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  const { containers } = objectAt(value, ...template, 'spec');
  return !Array.isArray(containers) || !containers.some(it => isObject(it) && it.image !== undefined);
}

/** kubernetes/apimachinery:pkg/util/strategicpatch/patch.go */
function hasDirective(value: Json): boolean {
  if (Array.isArray(value)) return value.some(hasDirective);
  if (!isObject(value)) return false;
  return Object.hasOwn(value, '$patch') || Object.values(value).some(hasDirective);
}
