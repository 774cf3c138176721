import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseFile } from '../core/documents/parse.ts';
import { isObject, type Json, type JsonObject } from '../core/text/json.ts';
import type { Patch, SandboxApi, WriteRequest } from './api.ts';
import { discovery } from './discovery.ts';
import type { Kind } from './kinds.ts';
import { listAnswer, selected, tableOf } from './lists.ts';
import { logOf } from './logs.ts';
import { at, metadataOf, nameOf, text } from './objects.ts';
import { reviewed } from './reviews.ts';
import { badRequest, noSuchPath, notAllowed, notSimulated, Refusal, unauthorized } from './status.ts';
import type { FieldValidation } from './typed.ts';
import { watch } from './watches.ts';

/** What a path names. */
interface Target {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export interface HttpOptions {
  readonly api: SandboxApi;
  /** Bearer tokens that are let in. */
  readonly tokens: ReadonlySet<string>;
}

/** One request, answered as a Kubernetes API server would. */
export async function answer(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  try {
    const url = knownUrl(request, options.tokens);
    if (!url) throw unauthorized();
    await route(request, response, url, options.api);
  } catch (cause) {
    if (cause instanceof Refusal) reply(response, cause.code, cause.status, [], retryOf(cause));
    else {
      const message = cause instanceof Error ? cause.message : String(cause);
      reply(response, 500, new Refusal(500, 'InternalError', `Internal error occurred: ${message}`).status);
    }
  }
}

const retryOf = (refusal: Refusal): Readonly<Record<string, string>> =>
  refusal.code === 429 ? { 'retry-after': '1' } : {};

/**
 * A page in a browser could reach a loopback port; it does not have the token. kubectl sends no credentials over plain HTTP, so the token may
 * also be the first part of the path. `undefined`: neither.
 */
function knownUrl(request: IncomingMessage, tokens: ReadonlySet<string>): URL | undefined {
  const whole = request.url ?? '/';
  const [, first = '', rest = ''] = /^\/([^/?]+)(.*)$/.exec(whole) ?? [];
  if (tokens.has(first)) return new URL(rest === '' ? '/' : rest, 'http://sandbox');
  const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  return tokens.has(token) ? new URL(whole, 'http://sandbox') : undefined;
}

async function route(request: IncomingMessage, response: ServerResponse, url: URL, api: SandboxApi): Promise<void> {
  const general = discovery(url.pathname, request.headers.accept ?? '', api);
  if (general) {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw notAllowed();
    reply(response, 200, general.body, [], general.headers);
    return;
  }
  const review = request.method === 'POST' ? reviewed(url.pathname, api) : undefined;
  if (review) {
    reply(response, 201, review(await bodyOf(request)));
    return;
  }
  const target = targetOf(url.pathname, api);
  if (target.subresource !== undefined && !['status', 'scale', 'log', 'finalize'].includes(target.subresource))
    throw notSimulated(`${target.kind.plural}/${target.subresource}`);
  switch (request.method) {
    case 'GET':
      return read(request, response, url, target, api);
    case 'POST':
      return create(request, response, url, target, api);
    case 'PUT':
    case 'PATCH':
      return write(request, response, url, target, api);
    case 'DELETE':
      return remove(request, response, url, target, api);
    default:
      throw notAllowed();
  }
}

function targetOf(path: string, api: SandboxApi): Target {
  const parts = path
    .split('/')
    .filter(it => it !== '')
    .map(decodeURIComponent);
  const core = parts[0] === 'api';
  const [group, version] = core ? ['', parts[1]] : [parts[1], parts[2]];
  const rest = parts.slice(core ? 2 : 3);
  if ((parts[0] !== 'api' && parts[0] !== 'apis') || group === undefined || version === undefined) throw noSuchPath();
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const isNamespacePart = inNamespace && !['status', 'finalize'].includes(rest[2] ?? '');
  const [namespace, plural, name, subresource] = isNamespacePart
    ? [rest[1], rest[2], rest[3], rest[4]]
    : [undefined, rest[0], rest[1], rest[2]];
  const kind = api.kindAt(group, version, plural ?? '');
  if (!kind) throw noSuchPath();
  return { kind, namespace, name, subresource };
}

async function read(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { kind, namespace, name, subresource }: Target,
  api: SandboxApi,
): Promise<void> {
  const accept = request.headers.accept ?? '';
  if (name !== undefined) {
    const object = api.get(kind, namespace ?? '', name);
    if (subresource === 'log') {
      // Before the head: it may be refused.
      const log = logOf(object, url.searchParams, api);
      response.writeHead(200, { 'content-type': 'text/plain' }).end(log);
      return;
    }
    const body = subresource === 'scale' ? scaleOf(object, kind) : object;
    reply(response, 200, accept.includes('as=Table') ? tableOf([body], api) : partial(body, accept));
    return;
  }
  const query = url.searchParams;
  if (query.get('watch') === 'true' || query.get('watch') === '1') {
    watch(response, { api, kind, namespace, query, shape: it => partial(it, accept) });
    return;
  }
  const found = () => selected(api.list(kind, namespace), query);
  if (accept.includes('as=Table')) {
    reply(response, 200, tableOf(found(), api));
    return;
  }
  reply(
    response,
    200,
    listAnswer(found, kind, query, api, it => partial(it, accept), isPartial(accept)),
  );
}

async function create(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { kind, namespace, name }: Target,
  api: SandboxApi,
): Promise<void> {
  if (name !== undefined) throw notAllowed();
  const written = api.create(kind, namespace ?? '', await bodyOf(request), writeRequest(request, url));
  reply(response, 201, written.object, written.warnings);
}

async function write(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  target: Target,
  api: SandboxApi,
): Promise<void> {
  const { kind, name, subresource } = target;
  if (name === undefined) throw notAllowed();
  if (subresource === 'status' && !kind.status) throw noSuchPath();
  const namespace = target.namespace ?? '';
  const body = await bodyOf(request);
  const asked: WriteRequest = {
    ...writeRequest(request, url),
    ...(subresource === 'status' ? { subresource: 'status' as const } : {}),
  };
  if (subresource === 'scale') {
    reply(response, 200, scaled(target, body, request, asked, api));
    return;
  }
  const written =
    request.method === 'PUT'
      ? api.update(kind, namespace, name, body, asked)
      : api.patch(kind, namespace, name, patchOf(request, url, body), asked);
  reply(response, written.created ? 201 : 200, written.object, written.warnings);
}

/** Writing `scale` writes the number of replicas. */
function scaled(
  { kind, namespace, name = '' }: Target,
  body: JsonObject,
  request: IncomingMessage,
  asked: WriteRequest,
  api: SandboxApi,
): JsonObject {
  const live = api.get(kind, namespace ?? '', name);
  const wanted = at(body, 'spec').replicas;
  const patch = { spec: { replicas: typeof wanted === 'number' ? wanted : 0 } };
  if (request.method === 'PATCH' && wanted === undefined) throw badRequest('spec.replicas is required');
  const { object } = api.patch(kind, namespace ?? '', nameOf(live), { type: 'merge', patch }, asked);
  return scaleOf(object, kind);
}

function scaleOf(object: JsonObject, kind: Kind): JsonObject {
  if (!kind.scale) throw noSuchPath();
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadataOf(object);
  const labels = Object.entries(at(object, 'spec', 'selector', 'matchLabels'));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: name ?? '',
      namespace: namespace ?? '',
      uid: uid ?? '',
      resourceVersion: resourceVersion ?? '',
      creationTimestamp: creationTimestamp ?? null,
    },
    spec: { replicas: at(object, 'spec').replicas ?? 0 },
    status: {
      replicas: at(object, 'status').replicas ?? 0,
      selector: labels.map(([key, value]) => `${key}=${text(value)}`).join(','),
    },
  };
}

async function remove(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { kind, namespace, name }: Target,
  api: SandboxApi,
): Promise<void> {
  const body = await bodyOf(request);
  const preconditions = at(body, 'preconditions');
  const propagation = text(body.propagationPolicy) || url.searchParams.get('propagationPolicy') || undefined;
  const asked = {
    ...(propagation === undefined ? {} : { propagation }),
    ...(text(preconditions.uid) === '' ? {} : { uid: text(preconditions.uid) }),
    dryRun: isDryRun(url) || (Array.isArray(body.dryRun) && body.dryRun.includes('All')),
  };
  if (name === undefined) {
    const gone = selected(api.list(kind, namespace), url.searchParams);
    for (const it of gone) api.delete(kind, text(metadataOf(it).namespace), nameOf(it), asked);
    reply(
      response,
      200,
      listAnswer(
        () => gone,
        kind,
        new URLSearchParams(),
        api,
        it => it,
        false,
      ),
    );
    return;
  }
  const live = api.get(kind, namespace ?? '', name);
  const left = api.delete(kind, namespace ?? '', name, asked);
  reply(response, 200, left ?? deletedStatus(live, kind));
}

function deletedStatus(object: JsonObject, kind: Kind): JsonObject {
  const details = {
    name: nameOf(object),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: metadataOf(object).uid ?? '',
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function writeRequest(request: IncomingMessage, url: URL): WriteRequest {
  const validation = url.searchParams.get('fieldValidation');
  return {
    manager: url.searchParams.get('fieldManager') ?? (isApply(request) ? '' : agentOf(request)),
    dryRun: isDryRun(url),
    validation: validation === 'Strict' || validation === 'Ignore' ? (validation as FieldValidation) : 'Warn',
  };
}

const isApply = (request: IncomingMessage): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/apply-patch');

/** The first word of the user agent stands for whoever does not name a manager. */
function agentOf(request: IncomingMessage): string {
  return (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
}

function isDryRun(url: URL): boolean {
  const all = url.searchParams.getAll('dryRun');
  if (all.some(it => it !== 'All')) throw badRequest('dryRun: Unsupported value: supported values: "All"');
  return all.length > 0;
}

function patchOf(request: IncomingMessage, url: URL, body: JsonObject): Patch {
  const type = (request.headers['content-type'] ?? '').split(';')[0];
  switch (type) {
    case 'application/json-patch+json':
      return { type: 'json', patch: (body as { items?: Json }).items ?? [] };
    case 'application/merge-patch+json':
      return { type: 'merge', patch: body };
    case 'application/strategic-merge-patch+json':
      return { type: 'strategic', patch: body };
    case 'application/apply-patch+yaml':
    case 'application/apply-patch+cbor':
      return { type: 'apply', patch: body, force: url.searchParams.get('force') === 'true' };
    default:
      throw new Refusal(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
      );
  }
}

const largestBody = 3 * 1024 * 1024;

/** A list (of a JSON patch) comes back under `items`. */
async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  if ((request.headers['content-type'] ?? '').startsWith('application/vnd.kubernetes.protobuf'))
    throw new Refusal(415, 'UnsupportedMediaType', 'the sandbox cluster reads JSON and YAML, no protobuf');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > largestBody)
      throw new Refusal(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${largestBody}`);
    chunks.push(chunk as Buffer);
  }
  const source = Buffer.concat(chunks).toString('utf8');
  if (source.trim() === '') return {};
  const value = parsed(source);
  if (Array.isArray(value)) return { items: value };
  if (!isObject(value)) throw badRequest('the object provided is unrecognized (must be of type object)');
  return value;
}

function parsed(source: string): Json {
  try {
    return JSON.parse(source) as Json;
  } catch {
    // Apply patches may be YAML.
    const [document] = parseFile('body', source).documents;
    if (!document || document.errors.length > 0)
      throw badRequest('error decoding the body: it is neither JSON nor YAML');
    return document.value;
  }
}

function isPartial(accept: string): boolean {
  return accept.includes('as=PartialObjectMetadata');
}

function partial(object: JsonObject, accept: string): JsonObject {
  if (!isPartial(accept)) return object;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata ?? {} };
}

function reply(
  response: ServerResponse,
  code: number,
  body: JsonObject,
  warnings: readonly string[] = [],
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  for (const it of warnings) response.appendHeader('warning', `299 - ${JSON.stringify(it)}`);
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
