import { keyWords } from '../resource.ts';
import type { Guard } from './guard.ts';

export const sharedResource: Guard = {
  name: 'sharedResource',
  summary: 'Another Application tracks a resource: a warning, or a refusal with FailOnSharedResource=true',
  check: ({ shared, options }) =>
    options.failOnSharedResource
      ? {
          refusals: shared.map(({ key, application }) => ({
            guard: 'sharedResource',
            message: `Shared resource found: ${keyWords(key)} is part of ${application} too, and FailOnSharedResource=true is set. Take it out of one of the two.`,
            about: key,
          })),
        }
      : {
          warnings: shared.map(
            ({ key, application }) => `${keyWords(key)} belongs to ${application} too; the last to sync wins.`,
          ),
        },
};
