import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import type { Kind } from './kinds.ts';

/** What clients look up before they send: which kinds there are. Fields of built-in kinds are not told; the server checks them all the same. */
export function openapiV2(api: SandboxApi): JsonObject {
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'sandbox' },
    paths: {},
    definitions: Object.fromEntries(api.kinds().map(it => [definitionName(it), definitionOf(it)])),
  };
}

export function openapiV3(path: readonly string[], api: SandboxApi): JsonObject {
  const versions = [...new Set(api.kinds().map(it => it.apiVersion))];
  const folder = (apiVersion: string): string =>
    apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  if (path.length === 0)
    return {
      paths: Object.fromEntries(versions.map(it => [folder(it), { serverRelativeURL: `/openapi/v3/${folder(it)}` }])),
    };
  const wanted = path.join('/');
  const kinds = api.kinds().filter(it => folder(it.apiVersion) === wanted);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'sandbox' },
    paths: Object.fromEntries(kinds.map(it => [pathOf(it), operationsOf(it)])),
    components: { schemas: Object.fromEntries(kinds.map(it => [definitionName(it), definitionOf(it)])) },
  };
}

function pathOf({ apiVersion, plural, namespaced }: Kind): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}/{name}`;
}

/** kubectl asks here whether a kind knows field validation and dry run. */
function operationsOf(kind: Kind): JsonObject {
  const parameters = ['dryRun', 'fieldValidation', 'fieldManager'].map(name => ({
    name,
    in: 'query',
    schema: { type: 'string' },
  }));
  return { patch: { parameters, 'x-kubernetes-group-version-kind': groupVersionKind(kind) } };
}

const groupVersionKind = ({ group, version, kind }: Kind): JsonObject => ({ group, version, kind });

function definitionName({ group, version, kind, custom }: Kind): string {
  if (custom) return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
  return `io.k8s.api.${(group.split('.')[0] || 'core').toLowerCase()}.${version}.${kind}`;
}

function definitionOf(kind: Kind): JsonObject {
  const schema = kind.custom?.schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return { ...schema, 'x-kubernetes-group-version-kind': [groupVersionKind(kind)] };
}
