import { applicationSetShape } from '../model/applicationSet/shape.ts';
import { decode } from '../model/go/decode.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import type { SetSpec } from './context.ts';
import { type Failure, fail } from './problem.ts';

/** The set as the controller would read it from the API server, or why it could not even be read. */
export function decodeSet(applicationSet: JsonObject, defaultNamespace: string): SetSpec | Failure {
  const decoded = decode(applicationSetShape, applicationSet);
  if (decoded.error !== undefined) {
    return fail({
      code: 'applicationset-unreadable',
      message: decoded.error,
      path: decoded.errorPath ?? '',
      advice: 'The API server does not take the set with a value of this type',
    });
  }
  const metadata = isObject(applicationSet.metadata) ? applicationSet.metadata : {};
  const spec = isObject(decoded.value.spec) ? decoded.value.spec : {};
  const options = Array.isArray(spec.goTemplateOptions) ? (spec.goTemplateOptions as readonly Json[]).map(String) : [];
  return {
    name: typeof metadata.name === 'string' ? metadata.name : '',
    namespace:
      typeof metadata.namespace === 'string' && metadata.namespace !== '' ? metadata.namespace : defaultNamespace,
    goTemplate: spec.goTemplate === true,
    goTemplateOptions: options,
    template: isObject(spec.template) ? spec.template : {},
    spec,
  };
}

const MISSING_KEY = new Set(['default', 'invalid', 'zero', 'error']);

/** Go panics on an option it does not know, and with it the controller (go:text/template/option.go). */
export function optionFailure(set: SetSpec): Failure | undefined {
  if (!set.goTemplate) return undefined;
  const at = set.goTemplateOptions.findIndex(option => {
    const [key, value, ...more] = option.split('=');
    return key !== 'missingkey' || value === undefined || more.length > 0 || !MISSING_KEY.has(value);
  });
  if (at < 0) return undefined;
  const option = set.goTemplateOptions[at] ?? '';
  return fail({
    code: 'go-template-options',
    message: option === '' ? 'empty option string' : `unrecognized option: ${option}`,
    path: `/spec/goTemplateOptions/${at}`,
    advice:
      "Argo CD's controller panics on it; use missingkey=error, missingkey=zero, missingkey=default or missingkey=invalid",
  });
}
