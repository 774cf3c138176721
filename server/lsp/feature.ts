import type { ServerCapabilities } from 'vscode-languageserver';
import type { Session } from './session.ts';

/**
 * One thing the server can do for whoever asks: a file of `features/` or `requests/`, and a line in the `index.ts` beside it. The capability,
 * the guard around it and the timing in the log follow from the record.
 */
export interface Feature<P = never, R = unknown> {
  readonly name: string;
  readonly method: string;
  /** `{}` for requests that only our own client knows. */
  readonly capabilities: ServerCapabilities;
  /** The answer when there is nothing to say, and when something of ours is broken. */
  readonly neutral: R;
  /** The answer holds places of the text: it is refused when the text has changed meanwhile, so that nothing is drawn at a wrong place. */
  readonly places?: true;
  handle(session: Session, params: P, signal: AbortSignal): R | Promise<R>;
}
