import { type BranchParams, type DeliveryNode, operationTreeRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Nodes of the view Operations. */
export const operationTree: Feature<BranchParams, readonly DeliveryNode[]> = {
  name: 'operationTree',
  method: operationTreeRequest,
  capabilities: {},
  neutral: [],
  handle: ({ delivery }, { parent }) => delivery?.operationNodes(parent) ?? [],
};
