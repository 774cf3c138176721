import { application as applicationShape } from '../model/application/shape.ts';
import { encode } from '../model/go/encode.ts';
import { isObject, type Json, type JsonObject, segmentsOf } from '../text/json.ts';
import { type Context, renderedOr, type SetSpec } from './context.ts';
import type { Params } from './params.ts';
import { patched } from './patch/templatePatch.ts';
import { type Failure, isFailure, type Pending, pending } from './problem.ts';
import type { Scope } from './render.ts';
import { type Plan, planStruct, run, type TextPlan } from './replace.ts';
import { filledTemplate } from './template.ts';

/** Makes Applications of parameter sets from one filled template (argo-cd:applicationset/controllers/template/template.go). */
export interface Builder {
  full(scope: Scope): JsonObject | Failure | Pending;
  /** Only the name, for what is outside of the window. */
  named(scope: Scope): JsonObject | Failure | Pending;
}

const KIND = { kind: 'Application', apiVersion: 'argoproj.io/v1alpha1' };
const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

export function createBuilder(ownTemplate: Json | undefined, ownPath: string, context: Context): Builder {
  const { set } = context;
  const template = filledTemplate(ownTemplate, set.template);
  const metadata = isObject(template.metadata) ? template.metadata : {};
  const spec = isObject(template.spec) ? template.spec : {};
  // Rendering puts these over whatever the template says, so they are planned with it; a namespace that is a template must still be
  // rendered for its errors, and is written over afterwards.
  const place = templated(metadata.namespace) ? {} : { namespace: set.namespace };
  const kept = preserves(set) || hasItems(metadata.finalizers) ? {} : { finalizers: [FINALIZER] };
  const plan = planStruct(applicationShape, { ...KIND, metadata: { ...metadata, ...place, ...kept }, spec }, '');
  const namePlan = planStruct(
    applicationShape,
    {
      ...KIND,
      metadata: { ...(typeof metadata.name === 'string' ? { name: metadata.name } : {}), namespace: set.namespace },
    },
    '',
  );
  const unrendered = placed(encode(applicationShape, { ...KIND, metadata, spec }), set.namespace);
  const patch = typeof set.spec.templatePatch === 'string' ? set.spec.templatePatch : undefined;
  const whereIs = (path: string): string =>
    isObject(ownTemplate) && exists(ownTemplate, path) ? `${ownPath}/template${path}` : `/spec/template${path}`;
  const rendered = (what: Plan, scope: Scope): JsonObject | Failure | Pending => {
    const value = run(what, it => renderText(it, scope, context, whereIs));
    return value === pending || isFailure(value) ? value : isObject(value) ? value : {};
  };
  return {
    full(scope) {
      const base = isEmpty(scope.params) ? unrendered : rendered(plan, scope);
      if (base === pending || isFailure(base)) return base;
      const result = patch === undefined ? base : patched(base, patch, scope, context);
      if (result === pending || isFailure(result)) return result;
      return patch === undefined && 'namespace' in place ? result : placed(result, set.namespace);
    },
    named(scope) {
      const base = isEmpty(scope.params) ? unrendered : rendered(namePlan, scope);
      return base === pending || isFailure(base) ? base : { ...KIND, metadata: base.metadata ?? {} };
    },
  };
}

function renderText(
  plan: TextPlan,
  scope: Scope,
  context: Context,
  whereIs: (path: string) => string,
): string | Failure | Pending {
  const value = renderedOr(context.renderer.render(plan.text, scope), plan.text, '');
  return isFailure(value) ? { ...value, message: `${plan.wrap}${value.message}`, path: whereIs(plan.path) } : value;
}

function templated(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes('{{');
}

function hasItems(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

function preserves(set: SetSpec): boolean {
  return isObject(set.spec.syncPolicy) && set.spec.syncPolicy.preserveResourcesOnDeletion === true;
}

/** The Application always lives where its set lives. */
function placed(application: JsonObject, namespace: string): JsonObject {
  const metadata = isObject(application.metadata) ? application.metadata : {};
  return { ...application, ...KIND, metadata: { ...metadata, namespace } };
}

function isEmpty(params: Params): boolean {
  for (const _ in params) return false;
  return true;
}

function exists(value: Json, path: string): boolean {
  let at: Json | undefined = value;
  for (const segment of segmentsOf(path)) {
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(segment)];
    else at = isObject(at) ? at[segment] : undefined;
  }
  return at !== undefined;
}
