import type { CancellationToken } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { Cancelled } from '../engine/workbench.ts';

export interface AnswerLog {
  error(message: string): void;
}

/**
 * The one guard around every request: refuses when it is cancelled, logs a bug with the request's name, and then answers neutrally, so that
 * a mistake of ours costs one answer and never the session.
 */
export function answering<P, R>(
  name: string,
  log: AnswerLog,
  neutral: R,
  handle: (params: P, signal: AbortSignal) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R | ResponseError<void>> {
  return async (params, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      if (token.isCancellationRequested) return cancelled();
      const answer = await handle(params, abort.signal);
      return token.isCancellationRequested ? cancelled() : answer;
    } catch (cause) {
      if (cause instanceof Cancelled || abort.signal.aborted) return cancelled();
      log.error(`${name}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
      return neutral;
    } finally {
      subscription.dispose();
    }
  };
}

const cancelled = (): ResponseError<void> => new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
