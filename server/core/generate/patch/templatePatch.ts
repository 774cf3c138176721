import { application as applicationShape } from '../../model/application/shape.ts';
import { decode } from '../../model/go/decode.ts';
import { encode } from '../../model/go/encode.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { type Context, renderedOr } from '../context.ts';
import { jsonSyntaxError } from '../go/jsonError.ts';
import { goJson, goQuote } from '../go/print.ts';
import { type Failure, fail, isFailure, type Pending, pending, wrapped } from '../problem.ts';
import type { Scope } from '../render.ts';
import { strategicMerge } from './strategicMerge.ts';

const PATH = '/spec/templatePatch';

/** argo-cd:applicationset/controllers/template/patch.go: the patch may change everything but the project. */
export function patched(
  application: JsonObject,
  patch: string,
  scope: Scope,
  context: Context,
): JsonObject | Failure | Pending {
  const rendered = renderedOr(context.renderer.render(patch, scope), patch, PATH);
  if (rendered === pending) return pending;
  if (isFailure(rendered)) return wrapped(rendered, 'error replacing values in templatePatch');
  const converted = asJson(rendered, context);
  return converted === pending || isFailure(converted) ? converted : applied(application, converted);
}

interface Converted {
  readonly value: Json;
  /** The JSON text, quoted in messages. */
  readonly text: string;
}

/** What begins with a brace is taken for JSON as it is, everything else is converted from YAML. */
function asJson(text: string, context: Context): Converted | Failure | Pending {
  if (text.trim().startsWith('{')) return parsed(text);
  const converted = context.yaml(text);
  if (converted === pending) return pending;
  if ('error' in converted) {
    return failure('template-patch', `error while converting template to json ${goQuote(text)}: ${converted.error}`);
  }
  return { value: converted.value, text: goJson(converted.value) };
}

function parsed(text: string): Converted | Failure {
  const error = jsonSyntaxError(text);
  if (error === undefined) return { value: JSON.parse(text) as Json, text };
  return failure(
    'template-patch',
    `invalid templatePatch ${goQuote(text)}: ${error}`,
    'A patch that begins with { must be JSON; put something else first to have it read as YAML',
  );
}

function applied(application: JsonObject, { value, text }: Converted): JsonObject | Failure {
  const quoted = goQuote(text);
  if (value !== null && !isObject(value)) {
    const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return failure(
      'template-patch',
      `invalid templatePatch ${quoted}: json: cannot unmarshal ${kind} into Go value of type v1alpha1.Application`,
    );
  }
  const checked = decode(applicationShape, value ?? {});
  if (checked.error !== undefined)
    return failure('template-patch', `invalid templatePatch ${quoted}: ${checked.error}`);
  const merged = strategicMerge(application, value ?? {}, applicationShape);
  if ('error' in merged && merged.error instanceof Error) {
    return failure(
      'template-patch',
      `error while applying templatePatch template to json ${quoted}: ${merged.error.message}`,
    );
  }
  const final = decode(applicationShape, merged as JsonObject);
  if (final.error !== undefined)
    return failure('template-patch', `error while unmarhsalling patched application: ${final.error}`);
  const { status: _, ...kept } = encode(applicationShape, final.value);
  const before = application.spec;
  const spec = isObject(kept.spec) ? kept.spec : {};
  return { ...kept, spec: { ...spec, project: isObject(before) ? (before.project ?? '') : '' } };
}

function failure(code: string, message: string, advice?: string): Failure {
  return fail({ code, message, path: PATH, ...(advice === undefined ? {} : { advice }) });
}
