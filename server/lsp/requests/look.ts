import { type LookParams, lookRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** The document that shows one object, its events or its log. */
export const look: Feature<LookParams, string | null> = {
  name: 'look',
  method: lookRequest,
  capabilities: {},
  neutral: null,
  handle: ({ delivery }, params) => delivery?.documents.look(params) ?? null,
};
