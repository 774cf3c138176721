import type { CancellationToken } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { Cancelled } from '../engine/workbench.ts';

export interface AnswerLog {
  error(message: string): void;
  warn(message: string): void;
}

export interface Question<R> {
  readonly name: string;
  readonly neutral: R;
  /** Changes with the text that the answer is about. */
  readonly version?: () => unknown;
}

/** Slower answers are noticed by whoever types, so the log tells them. */
const slow = 1_000;

/**
 * The one guard around every request: refuses when it is cancelled, runs, refuses when the text has changed meanwhile, logs a bug with the
 * request's name, and then answers neutrally, so that a mistake of ours costs one answer and never the session.
 */
export async function answer<R>(
  { name, neutral, version }: Question<R>,
  log: AnswerLog,
  token: CancellationToken,
  handle: (signal: AbortSignal) => R | Promise<R>,
): Promise<R | ResponseError<void>> {
  const abort = new AbortController();
  const subscription = token.onCancellationRequested(() => abort.abort());
  const asked = version?.();
  const started = performance.now();
  try {
    if (token.isCancellationRequested) return refused('cancelled', LSPErrorCodes.RequestCancelled);
    const given = await handle(abort.signal);
    if (token.isCancellationRequested) return refused('cancelled', LSPErrorCodes.RequestCancelled);
    return version?.() === asked ? given : refused('the text has changed', LSPErrorCodes.ContentModified);
  } catch (cause) {
    if (abort.signal.aborted) return refused('cancelled', LSPErrorCodes.RequestCancelled);
    if (cause instanceof Cancelled) return refused('the text has changed', LSPErrorCodes.ContentModified);
    log.error(`${name}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
    return neutral;
  } finally {
    subscription.dispose();
    const took = performance.now() - started;
    if (took > slow) log.warn(`${name} took ${Math.round(took)} ms`);
  }
}

const refused = (why: string, code: number): ResponseError<void> => new ResponseError(code, why);
