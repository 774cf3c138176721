import { keyWords } from '../resource.ts';
import type { Guard } from './guard.ts';

export const namespaceTerminating: Guard = {
  name: 'namespaceTerminating',
  summary: 'A resource would be made in a namespace that is being deleted',
  check: ({ steps, terminating = new Set() }) => ({
    refusals: steps
      .filter(it => (it.action === 'create' || it.action === 'hook') && terminating.has(it.namespace))
      .map(({ group, kind, namespace, name }) => ({
        guard: 'namespaceTerminating',
        message: `Namespace ${namespace} is being deleted, so ${keyWords({ group, kind, namespace, name })} cannot be made. Wait until it is gone.`,
        about: { group, kind, namespace, name },
      })),
  }),
};
