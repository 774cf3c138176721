import type { ResourceStatus } from '../../core/status/application.ts';
import { type ResourceChoice, type ResourcesParams, resourcesRequest } from '../../protocol/delivery.ts';
import { resourceMark, resourceWords } from '../../views/marks.ts';
import type { Feature } from '../feature.ts';

/** Resources of one Application for a picker. */
export const resources: Feature<ResourcesParams, readonly ResourceChoice[]> = {
  name: 'resources',
  method: resourcesRequest,
  capabilities: {},
  neutral: [],
  handle: ({ delivery }, { application, which }) =>
    (delivery?.delivery.application(application)?.resources ?? [])
      .filter(it => fits[which](it))
      .map(it => ({
        resource: { group: it.group, kind: it.kind, namespace: it.namespace, name: it.name },
        label: it.name,
        description: [it.kind, resourceWords(it)].filter(text => text !== '').join(' · '),
        icon: resourceMark(it).icon,
      })),
};

const fits: Readonly<Record<ResourcesParams['which'], (it: ResourceStatus) => boolean>> = {
  all: it => it.missing !== true,
  pods: it => it.group === '' && it.kind === 'Pod',
  managed: it => it.parent === undefined && it.hook !== true,
};
