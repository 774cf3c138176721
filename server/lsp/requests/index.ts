import type { Feature } from '../feature.ts';
import { applications } from './applications.ts';
import { automated } from './automated.ts';
import { clusterTree } from './clusterTree.ts';
import { containers } from './containers.ts';
import { contexts } from './contexts.ts';
import { declared } from './declared.ts';
import { diff } from './diff.ts';
import { execute } from './execute.ts';
import { filter } from './filter.ts';
import { graph } from './graph.ts';
import { history } from './history.ts';
import { locate } from './locate.ts';
import { look } from './look.ts';
import { operationTree } from './operationTree.ts';
import { owners } from './owners.ts';
import { plan } from './plan.ts';
import { refreshApplications } from './refreshApplications.ts';
import { resources } from './resources.ts';
import { revert } from './revert.ts';
import { rollback } from './rollback.ts';
import { sandbox } from './sandbox.ts';
import { terminate } from './terminate.ts';
import { tree } from './tree.ts';

/** What only our own client asks; the words are in `server/protocol`. */
export const requests: readonly Feature[] = [
  applications,
  automated,
  clusterTree,
  containers,
  contexts,
  declared,
  diff,
  execute,
  filter,
  graph,
  history,
  locate,
  look,
  operationTree,
  owners,
  plan,
  refreshApplications,
  resources,
  revert,
  rollback,
  sandbox,
  terminate,
  tree,
];
