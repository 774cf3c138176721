import type { Json, JsonObject } from '../../text/json.ts';
import { isObject } from '../../text/json.ts';
import { type At, type Context, failing, type Generator, type Outcome, type Produced } from '../context.ts';
import { goType } from '../go/kind.ts';
import { copied, type Params } from '../params.ts';
import { type Failure, fail, isFailure, pending } from '../problem.ts';

/** argo-cd:applicationset/generators/list.go */
export const list: Generator = {
  name: 'list',
  summary: 'One parameter set for each element that stands in the set itself.',
  combines: false,
  params(spec, at, context) {
    const elements = Array.isArray(spec.elements) ? (spec.elements as readonly Json[]) : [];
    const sets: Produced[] = [];
    for (const [index, element] of elements.entries()) {
      const path = `${at.path}/elements/${index}`;
      const params = elementParams(element, path, context);
      if (isFailure(params)) return failing(params);
      const origin = { generator: 'list', path: at.path, item: `elements[${index}]`, itemPath: path };
      sets.push({ params, origin: [origin] });
    }
    return withElementsYaml(spec, sets, at, context);
  },
};

function elementParams(element: Json, path: string, context: Context): Params | Failure {
  if (!isObject(element)) {
    const why =
      element === null
        ? 'unexpected end of JSON input'
        : `json: cannot unmarshal ${goType(element)} into Go value of type map[string]interface {}`;
    return fail({ code: 'generator-failed', message: `error unmarshling list element ${why}`, path });
  }
  return context.set.goTemplate ? copied(element) : flatParams(element, path);
}

/** Without goTemplate every value must be a string; the odd words are Argo CD's. */
function flatParams(element: JsonObject, path: string): Params | Failure {
  const params: Params = {};
  const advice = 'Without goTemplate: true every value of an element must be a string; put quotes around it';
  const notString = (where: string): Failure =>
    fail({ code: 'generator-failed', message: 'error parsing value as string %!w(<nil>)', path: where, advice });
  for (const [key, value] of Object.entries(element)) {
    const place = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key !== 'values') {
      if (typeof value !== 'string') return notString(place);
      params[key] = value;
      continue;
    }
    if (!isObject(value)) return fail({ code: 'generator-failed', message: 'error parsing values map', path: place });
    for (const [name, item] of Object.entries(value)) {
      if (typeof item !== 'string') return notString(`${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      params[`values.${name}`] = item;
    }
  }
  return params;
}

/** Items of `elementsYaml` come after the elements and are taken as they are in both modes. */
function withElementsYaml(spec: JsonObject, sets: readonly Produced[], at: At, context: Context): Outcome {
  const text = spec.elementsYaml;
  if (typeof text !== 'string' || text === '') return { sets, waits: false };
  const path = `${at.path}/elementsYaml`;
  const refuse = (why: string): Outcome =>
    failing(fail({ code: 'generator-failed', message: `error unmarshling decoded ElementsYaml ${why}`, path }));
  const converted = context.yaml(text);
  if (converted === pending) return { sets, waits: true };
  if ('error' in converted) return refuse(`error converting YAML to JSON: ${converted.error}`);
  const items = converted.value;
  if (items === null) return { sets, waits: false };
  const decoding = 'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal';
  if (!Array.isArray(items))
    return refuse(`${decoding} ${goType(items)} into Go value of type []map[string]interface {}`);
  const wrong = (items as readonly Json[]).find(item => item !== null && !isObject(item));
  if (wrong !== undefined) return refuse(`${decoding} ${goType(wrong)} into Go value of type map[string]interface {}`);
  const more = (items as readonly (JsonObject | null)[]).map((item, index): Produced => {
    const origin = { generator: 'list', path: at.path, item: `elementsYaml[${index}]`, itemPath: path };
    return { params: copied(item ?? {}), origin: [origin] };
  });
  return { sets: [...sets, ...more], waits: false };
}
