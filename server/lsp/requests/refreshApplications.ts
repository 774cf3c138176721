import { type RefreshParams, refreshRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Compares anew; ends when the comparison has ended. */
export const refreshApplications: Feature<RefreshParams, null> = {
  name: 'refreshApplications',
  method: refreshRequest,
  capabilities: {},
  neutral: null,
  handle: async ({ delivery }, { application, hard }) => {
    await delivery?.delivery.refresh(application, { hard: hard === true });
    return null;
  },
};
