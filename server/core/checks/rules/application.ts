import { type Facts, isUnavailable } from '../../facts/facts.ts';
import { type Cluster, clusterOf } from '../../model/cluster/secret.ts';
import { type KnownWorld, validateApplication } from '../../policy/application.ts';
import type { Rule } from '../rule.ts';

/** What the Application controller says of a spec (condition InvalidSpecError), before anything is rendered. */
export const application: Rule = {
  name: 'application',
  summary: 'What the Application controller would refuse, and what it takes otherwise than it is meant',
  codes: [
    'incomplete-source',
    'several-sources',
    'several-tools',
    'invalid-ref',
    'unknown-ref',
    'duplicate-source-name',
    'invalid-destination',
    'unknown-cluster',
    'unknown-project',
    'not-permitted',
    'unused-namespace-metadata',
    'invalid-retry',
    'invalid-history-limit',
    'empty-ignore-difference',
    'invalid-json-pointer',
  ],
  applies: kind => kind === 'Application',
  check: ({ document, value }, { facts }) => {
    // What is missing in a text that is not finished may be what is being typed.
    if (document.broken) return { problems: [] };
    const missing = (['clusters', 'projects'] as const).filter(it => facts.get(it, {}) === undefined);
    return {
      problems: validateApplication(value, knownWorld(facts)),
      missing: missing.map(kind => ({ kind, of: {} })),
    };
  },
};

/** What the workspace tells of clusters and projects. Where it tells of none, they are registered elsewhere, and nothing is judged by them. */
export function knownWorld(facts: Facts): KnownWorld {
  const [clusters, projects] = [facts.get('clusters', {}), facts.get('projects', {})];
  return {
    ...(clusters !== undefined && !isUnavailable(clusters) && { clusters: clusters.map(clusterOf).filter(isCluster) }),
    ...(projects !== undefined && !isUnavailable(projects) && { projects }),
  };
}

function isCluster(cluster: Cluster | undefined): cluster is Cluster {
  return cluster !== undefined;
}
