import type { Problem } from '../text/finding.ts';
import type { Span } from '../text/span.ts';
import { locateError } from './templates/locate.ts';

/** One thing that is wrong while generating: Argo CD's own words, and where the author must look. */
export interface Failure extends FailureParts {
  /** No JSON value can look like a failure. */
  readonly [failed]: true;
}

const failed: unique symbol = Symbol('failed');

export interface FailureParts {
  readonly code: string;
  /** Argo CD's message, unchanged; wrapped on its way out as Argo CD wraps it. */
  readonly message: string;
  readonly path: string;
  readonly part?: Problem['part'];
  readonly within?: Span;
  /** The template that failed, so that the place inside of it can be found when somebody looks. */
  readonly template?: string;
  /** What to do about it; follows the message. */
  readonly advice?: string;
}

export function fail(parts: FailureParts): Failure {
  return { ...parts, [failed]: true };
}

export function wrapped(failure: Failure, prefix: string): Failure {
  return { ...failure, message: `${prefix}: ${failure.message}` };
}

export function problemOf(failure: Failure): Problem {
  const { code, message, advice, path, part, template } = failure;
  const within = failure.within ?? (template === undefined ? undefined : locateError(template, message));
  return {
    code,
    message: advice === undefined ? message : `${message}. ${advice}`,
    path,
    ...(part === undefined ? {} : { part }),
    ...(within === undefined ? {} : { within }),
  };
}

/** An answer that is not there yet: the library or a fact must be asked first. */
export const pending: unique symbol = Symbol('pending');
export type Pending = typeof pending;

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && failed in value;
}
