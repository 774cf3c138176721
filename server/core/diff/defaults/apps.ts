import type { Draft } from '../types.ts';
import { type Defaulter, inner, innerIfAny, isBlank, setIfBlank, setIfNull, sizeAt } from './values.ts';

/** kubernetes:pkg/apis/apps/v1/defaults.go */
export const appsDefaults: Readonly<Record<string, Defaulter>> = {
  Deployment: object => {
    const spec = inner(object, 'spec');
    setIfBlank(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = inner(spec, 'strategy');
    setIfBlank(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate')
      setIfNull(inner(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  },
  DaemonSet: object => {
    const spec = inner(object, 'spec');
    setIfBlank(spec, { revisionHistoryLimit: 10 });
    const strategy = inner(spec, 'updateStrategy');
    setIfBlank(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate')
      setIfNull(inner(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
  },
  StatefulSet: object => {
    const spec = inner(object, 'spec');
    setIfBlank(spec, { podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 });
    const strategy = inner(spec, 'updateStrategy');
    if (isBlank(strategy.type)) {
      strategy.type = 'RollingUpdate';
      inner(strategy, 'rollingUpdate');
    }
    const rolling = innerIfAny(strategy, 'rollingUpdate');
    if (strategy.type === 'RollingUpdate' && rolling) setIfBlank(rolling, { partition: 0 });
    setIfBlank(inner(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
  },
  ReplicaSet: object => setIfBlank(inner(object, 'spec'), { replicas: 1 }),
};

/** Selector and labels are the template's where they are not given: so it was before apps/v1beta2. */
function fromTemplate(object: Draft): void {
  const spec = inner(object, 'spec');
  const labels = innerIfAny(inner(inner(spec, 'template'), 'metadata'), 'labels');
  if (!labels) return;
  if (isBlank(spec.selector)) spec.selector = { matchLabels: { ...labels } };
  const metadata = inner(object, 'metadata');
  if (sizeAt(metadata, 'labels') === 0) metadata.labels = { ...labels };
}

const then =
  (first: Defaulter, second: Defaulter | undefined): Defaulter =>
  object => {
    first(object);
    second?.(object);
  };

/** kubernetes:pkg/apis/apps/v1beta1/defaults.go */
export const appsBetaDefaults: Readonly<Record<string, Defaulter>> = {
  Deployment: object => {
    fromTemplate(object);
    setIfBlank(inner(object, 'spec'), { revisionHistoryLimit: 2 });
    appsDefaults.Deployment?.(object);
  },
  StatefulSet: object => {
    fromTemplate(object);
    setIfBlank(inner(inner(object, 'spec'), 'updateStrategy'), { type: 'OnDelete' });
    appsDefaults.StatefulSet?.(object);
  },
};

/** kubernetes:pkg/apis/extensions/v1beta1/defaults.go */
export const extensionsDefaults: Readonly<Record<string, Defaulter>> = {
  DaemonSet: object => {
    fromTemplate(object);
    setIfBlank(inner(inner(object, 'spec'), 'updateStrategy'), { type: 'OnDelete' });
    appsDefaults.DaemonSet?.(object);
  },
  Deployment: object => {
    fromTemplate(object);
    const spec = inner(object, 'spec');
    const most = 2 ** 31 - 1;
    setIfBlank(spec, { replicas: 1, progressDeadlineSeconds: most, revisionHistoryLimit: most });
    const strategy = inner(spec, 'strategy');
    setIfBlank(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate' || innerIfAny(strategy, 'rollingUpdate'))
      setIfNull(inner(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 1 });
  },
  ReplicaSet: then(fromTemplate, appsDefaults.ReplicaSet),
  HTTPIngressPath: object => setIfNull(object, { pathType: 'ImplementationSpecific' }),
};
