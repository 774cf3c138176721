import type { Json } from '../../text/json.ts';
import { isObject, type JsonObject } from '../../text/json.ts';
import type { Context, Generator } from '../context.ts';
import { goPrint } from '../go/print.ts';
import { type Params, typed } from '../params.ts';
import { fromSamples } from './sampled.ts';

/** argo-cd:applicationset/generators/duck_type.go; its `values` are taken as they are written, not rendered. */
export const clusterDecisionResource: Generator = {
  name: 'clusterDecisionResource',
  summary: 'One parameter set for each cluster that a decision resource of another controller names.',
  combines: false,
  needsSamples: true,
  params(spec, at, context) {
    const { values, ...rest } = spec;
    const shape = (sample: Params): Params => withValues(printed(sample), values, context);
    return fromSamples('clusterDecisionResource', rest, at, context, { shape });
  },
};

function printed(sample: Params): Params {
  return Object.fromEntries(Object.entries(sample).map(([key, value]) => [key, goPrint(value)]));
}

function withValues(params: Params, values: Json | undefined, context: Context): Params {
  if (!isObject(values) || Object.keys(values).length === 0) return params;
  if (context.set.goTemplate) return { ...params, values: typed({ ...(values as JsonObject) }, 'map[string]string') };
  const flat = Object.entries(values).map(([key, value]) => [`values.${key}`, value] as const);
  return { ...params, ...Object.fromEntries(flat) };
}
