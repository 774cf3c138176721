import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import { at } from './objects.ts';

const allowed = { allowed: true, reason: 'everybody with the token of a sandbox cluster may do everything' };

/** Questions that look like objects and are kept nowhere. `undefined`: the path is not one of them. */
export function reviewed(path: string, _api: SandboxApi): ((body: JsonObject) => JsonObject) | undefined {
  switch (path) {
    case '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews':
      return body => ({
        ...body,
        kind: 'SelfSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        status: allowed,
      });
    case '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews':
      return body => ({
        ...body,
        status: {
          incomplete: false,
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
        },
      });
    case '/apis/authentication.k8s.io/v1/selfsubjectreviews':
      return body => ({ ...body, status: { userInfo: { username: 'sandbox', groups: ['system:masters'] } } });
    default:
      return undefined;
  }
}

/** Served kinds of the two groups, for discovery. */
export const reviewKinds = [
  ['authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews'],
  ['authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews'],
  ['authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews'],
] as const;

export const attributesOf = (review: JsonObject): JsonObject => at(review, 'spec', 'resourceAttributes');
