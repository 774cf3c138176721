import type { Connection } from 'vscode-languageserver';

/** Asks the editor to draw again, at most ten times a second: previews of a large set change with every key. */
export function refresher(connection: Connection) {
  const waiting = new Map<string, NodeJS.Timeout>();
  const later = (run: () => void, key: string): void => {
    if (waiting.has(key)) return;
    waiting.set(
      key,
      setTimeout(() => {
        waiting.delete(key);
        run();
      }, 100),
    );
  };
  // An editor that cannot refresh says so once per request; it then draws at its own pace.
  const ask = (method: string) => connection.sendRequest(method).catch(() => undefined);
  return {
    later,
    editors: () =>
      later(() => {
        void ask('workspace/codeLens/refresh');
        void ask('workspace/inlayHint/refresh');
      }, 'editors'),
  };
}
