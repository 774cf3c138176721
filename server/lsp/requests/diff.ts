import { type DiffAnswer, type DiffParams, diffRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Documents that show how two sides of an Application differ. */
export const diff: Feature<DiffParams, DiffAnswer> = {
  name: 'diff',
  method: diffRequest,
  capabilities: {},
  neutral: { title: '', files: [], message: 'The difference could not be made; the log "GitOps Workbench" says why.' },
  handle: async ({ delivery }, params) => {
    if (!delivery) return { title: '', files: [], message: 'No cluster is chosen.' };
    try {
      return await delivery.documents.diff(params);
    } catch (cause) {
      return { title: '', files: [], message: cause instanceof Error ? cause.message : String(cause) };
    }
  },
};
