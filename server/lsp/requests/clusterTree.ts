import { type BranchParams, clusterTreeRequest, type DeliveryNode } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Nodes of the view Clusters. */
export const clusterTree: Feature<BranchParams, readonly DeliveryNode[]> = {
  name: 'clusterTree',
  method: clusterTreeRequest,
  capabilities: {},
  neutral: [],
  handle: ({ delivery }, { parent }) => delivery?.clusterNodes(parent) ?? [],
};
