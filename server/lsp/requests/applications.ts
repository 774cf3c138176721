import { type ApplicationChoice, applicationsRequest } from '../../protocol/delivery.ts';
import { applicationMark, applicationWords, isRunning, rank } from '../../views/marks.ts';
import type { Feature } from '../feature.ts';

/** Every Application for a picker, those that want a look first. */
export const applications: Feature<object, readonly ApplicationChoice[]> = {
  name: 'applications',
  method: applicationsRequest,
  capabilities: {},
  neutral: [],
  handle: ({ delivery }) =>
    [...(delivery?.delivery.applications() ?? [])]
      .sort((a, b) => rank(a) - rank(b))
      .map(it => ({
        id: it.id,
        label: it.name,
        description: applicationWords(it),
        detail: `${it.cluster} · project ${it.project}${it.destinationNamespace === '' ? '' : ` · namespace ${it.destinationNamespace}`}`,
        icon: applicationMark(it).icon,
        running: it.operation !== undefined && isRunning(it.operation),
        ...(it.automated && it.driver === 'direct' && { automated: it.automated }),
      })),
};
