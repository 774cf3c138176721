import { type ApplicationParams, terminateRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Ends the running operation of an Application; what was applied stays. */
export const terminate: Feature<ApplicationParams, null> = {
  name: 'terminate',
  method: terminateRequest,
  capabilities: {},
  neutral: null,
  handle: async ({ delivery }, { application }) => {
    await delivery?.delivery.terminate(application);
    return null;
  },
};
