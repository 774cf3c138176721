import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  type Connection,
  InlayHintRefreshRequest,
} from 'vscode-languageserver';

/** Long enough that fast typing draws once, short enough that it looks live. */
const pause = 60;

/** Tells the editor that something looks different now: each thing at most once in a pause, the newest state last. */
export function refresher(connection: Connection, client: ClientCapabilities) {
  const waiting = new Set<string>();
  const later = (run: () => void, key: string): void => {
    if (waiting.has(key)) return;
    waiting.add(key);
    setTimeout(() => {
      waiting.delete(key);
      run();
    }, pause).unref();
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
