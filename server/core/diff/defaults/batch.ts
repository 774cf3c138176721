import { type Defaulter, inner, innerIfAny, isBlank, setIfBlank, setIfNull, sizeAt } from './values.ts';

/** kubernetes:pkg/apis/batch/v1/defaults.go */
export const batchDefaults: Readonly<Record<string, Defaulter>> = {
  Job: object => {
    const spec = inner(object, 'spec');
    if (isBlank(spec.completions) && isBlank(spec.parallelism)) spec.completions = 1;
    setIfNull(spec, {
      parallelism: 1,
      backoffLimit: isBlank(spec.backoffLimitPerIndex) ? 6 : 2 ** 31 - 1,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: isBlank(spec.podFailurePolicy) ? 'TerminatingOrFailed' : 'Failed',
      manualSelector: false,
    });
    const labels = innerIfAny(inner(inner(spec, 'template'), 'metadata'), 'labels');
    const metadata = inner(object, 'metadata');
    if (labels && sizeAt(metadata, 'labels') === 0) metadata.labels = { ...labels };
  },
  CronJob: object =>
    setIfBlank(inner(object, 'spec'), {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    }),
  PodFailurePolicyOnPodConditionsPattern: object => setIfBlank(object, { status: 'True' }),
};
