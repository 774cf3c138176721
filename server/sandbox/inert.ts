import type { Kind } from './kinds.ts';

const inert: ReadonlyMap<string, string> = new Map([
  ['batch CronJob', 'never starts a Job'],
  ['autoscaling HorizontalPodAutoscaler', 'never scales anything'],
  [' ReplicationController', 'makes no Pods'],
  ['apiregistration.k8s.io APIService', 'reaches no other API server'],
  ['admissionregistration.k8s.io MutatingWebhookConfiguration', 'is never asked'],
  ['admissionregistration.k8s.io ValidatingWebhookConfiguration', 'is never asked'],
  ['admissionregistration.k8s.io MutatingAdmissionPolicy', 'is never asked'],
  ['admissionregistration.k8s.io ValidatingAdmissionPolicy', 'is never asked'],
]);

/** What whoever makes an object is warned of: kinds that the sandbox stores, but that nothing here acts upon. */
export function inertWarnings(kind: Kind): readonly string[] {
  const what = inert.get(`${kind.group} ${kind.kind}`);
  return what ? [`the sandbox only stores this ${kind.kind}: it ${what} here`] : [];
}
