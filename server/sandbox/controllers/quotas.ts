import { quotaStatus } from '../quota.ts';
import type { Controller } from './controller.ts';

export const quotas: Controller = {
  name: 'resourcequotas',
  watches: api => [api.builtIn('resourcequotas')],
  reconcile: (quota, api) => {
    api.change(api.builtIn('resourcequotas'), quota, it => ({ ...it, status: quotaStatus(api, it) }));
    return undefined;
  },
};
