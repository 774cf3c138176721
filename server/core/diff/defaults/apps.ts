import { type Defaulter, inner, innerIfAny, isBlank, setIfBlank } from './values.ts';

/** kubernetes:pkg/apis/apps/v1/defaults.go */
export const appsDefaults: Readonly<Record<string, Defaulter>> = {
  Deployment: object => {
    const spec = inner(object, 'spec');
    setIfBlank(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = inner(spec, 'strategy');
    setIfBlank(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate')
      setIfBlank(inner(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  },
  DaemonSet: object => {
    const spec = inner(object, 'spec');
    setIfBlank(spec, { revisionHistoryLimit: 10 });
    const strategy = inner(spec, 'updateStrategy');
    setIfBlank(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate')
      setIfBlank(inner(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
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
