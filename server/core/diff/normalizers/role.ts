import { isObject } from '../../text/json.ts';
import type { Normalizer } from './normalizer.ts';

export const role: Normalizer = {
  name: 'role',
  summary:
    'No rules are the same as an empty list; rules of aggregated ClusterRoles are ignored where argocd-cm says so',
  applies: (group, kind) => group === 'rbac.authorization.k8s.io' && (kind === 'Role' || kind === 'ClusterRole'),
  normalize: (object, { ignoreAggregatedRoles }) => {
    const aggregated = ignoreAggregatedRoles && isObject(object.aggregationRule);
    const empty = Array.isArray(object.rules) && object.rules.length === 0;
    return aggregated || empty ? { ...object, rules: null } : object;
  },
};
