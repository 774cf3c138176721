import { isObject } from '../../text/json.ts';
import type { Generator } from '../context.ts';
import { flatten } from '../flatten.ts';
import type { Params } from '../params.ts';
import { fromSamples } from './sampled.ts';

/** argo-cd:applicationset/generators/plugin.go */
export const plugin: Generator = {
  name: 'plugin',
  summary: "One parameter set for each object that a generator plugin's service answers.",
  combines: false,
  needsSamples: true,
  params(spec, at, context) {
    const input = isObject(spec.input) && isObject(spec.input.parameters) ? spec.input.parameters : {};
    const shape = (sample: Params): Params => ({
      ...(context.set.goTemplate ? sample : flatten(sample)),
      generator: { input: { parameters: input } },
    });
    return fromSamples('plugin', spec, at, context, { shape, prefix: 'error generating params' });
  },
};
