import type { JsonObject } from '../core/text/json.ts';
import { type Kind, kindText, resourceText } from './kinds.ts';

export interface Cause {
  readonly reason: string;
  readonly field?: string;
  readonly message: string;
}

/** A request that is refused, with the Status that the API server would answer. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: JsonObject;

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details && { details }),
      code,
    };
  }
}

function detailsOf(kind: Kind, name: string, causes: readonly Cause[] = []): JsonObject {
  return {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    ...(causes.length > 0 ? { causes: causes.map(it => ({ ...it })) } : {}),
  };
}

export const notFound = (kind: Kind, name: string): Refusal =>
  new Refusal(404, 'NotFound', `${resourceText(kind)} "${name}" not found`, detailsOf(kind, name));

export const alreadyExists = (kind: Kind, name: string): Refusal =>
  new Refusal(409, 'AlreadyExists', `${resourceText(kind)} "${name}" already exists`, detailsOf(kind, name));

export function conflict(kind: Kind, name: string, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${resourceText(kind)} "${name}": ${why}`;
  return new Refusal(409, 'Conflict', message, detailsOf(kind, name));
}

export const modified = (kind: Kind, name: string): Refusal =>
  conflict(kind, name, 'the object has been modified; please apply your changes to the latest version and try again');

export function applyConflict(conflicts: readonly { readonly manager: string; readonly field: string }[]): Refusal {
  const managers = [...new Set(conflicts.map(it => it.manager))].sort();
  const parts = managers.map(manager => {
    const fields = conflicts.filter(it => it.manager === manager).map(it => it.field);
    return fields.length === 1
      ? `conflict with ${manager}: ${fields[0]}`
      : `conflicts with ${manager}:\n${fields.map(it => `- ${it}`).join('\n')}`;
  });
  const many = conflicts.length === 1 ? '1 conflict' : `${conflicts.length} conflicts`;
  return new Refusal(409, 'Conflict', `Apply failed with ${many}: ${parts.join('\n')}`, {
    causes: conflicts.map(it => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${it.manager}`,
      field: it.field,
    })),
  });
}

export function invalid(kind: Kind, name: string, causes: readonly Cause[]): Refusal {
  const texts = causes.map(it => (it.field === undefined ? it.message : `${it.field}: ${it.message}`));
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const message = `${kindText(kind)} "${name}" is invalid: ${all}`;
  return new Refusal(422, 'Invalid', message, { ...detailsOf(kind, name, causes), kind: kind.kind });
}

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message);

export function forbidden(kind: Kind, name: string, why: string, causes: readonly Cause[] = []): Refusal {
  const message = `${resourceText(kind)} ${JSON.stringify(name)} is forbidden: ${why}`;
  return new Refusal(403, 'Forbidden', message, detailsOf(kind, name, causes));
}

export const notAllowed = (): Refusal =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export const noSuchPath = (): Refusal =>
  new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});

export const unauthorized = (): Refusal => new Refusal(401, 'Unauthorized', 'Unauthorized');

export const tooOld = (asked: string, oldest: number): Refusal =>
  new Refusal(410, 'Expired', `too old resource version: ${asked} (${oldest})`);

/** What this cluster does not pretend to be. */
export const notSimulated = (what: string): Refusal =>
  new Refusal(501, 'NotImplemented', `the sandbox cluster does not simulate this: ${what}. Use a real cluster for it.`);
