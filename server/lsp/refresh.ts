import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  type Connection,
  InlayHintRefreshRequest,
} from 'vscode-languageserver';

/** Long enough that an answer that comes in parts is not drawn part by part. */
const pause = 60;

/** Tells the editor that something looks different now: each thing at once, then at most once in a pause, the newest state last. */
export function refresher(connection: Connection, client: ClientCapabilities) {
  /** What was told just now, with what came since. */
  const resting = new Map<string, (() => void) | undefined>();
  const rest = (key: string): void => {
    setTimeout(() => {
      const run = resting.get(key);
      resting.delete(key);
      if (run) later(run, key);
    }, pause).unref();
  };
  const later = (run: () => void, key: string): void => {
    if (resting.has(key)) {
      resting.set(key, run);
      return;
    }
    resting.set(key, undefined);
    rest(key);
    run();
  };
  // A refused refresh costs nothing: the editor draws with its next own question.
  const ask = (method: string, can: boolean | undefined) =>
    can ? connection.sendRequest(method).catch(() => undefined) : undefined;
  return {
    later,
    editors: () =>
      later(() => {
        void ask(CodeLensRefreshRequest.method, client.workspace?.codeLens?.refreshSupport);
        void ask(InlayHintRefreshRequest.method, client.workspace?.inlayHint?.refreshSupport);
      }, 'editors'),
  };
}
