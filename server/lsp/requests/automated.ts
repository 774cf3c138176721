import { type AutomatedParams, automatedRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** The embedded loop of an Application, on or off. */
export const automated: Feature<AutomatedParams, null> = {
  name: 'automated',
  method: automatedRequest,
  capabilities: {},
  neutral: null,
  handle: ({ delivery }, { application, on }) => {
    delivery?.delivery.setAutomated(application, on);
    return null;
  },
};
