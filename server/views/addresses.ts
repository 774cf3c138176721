/** An API server's address as anybody may read it: that of a sandbox cluster holds its token, in the path. */
export function addressText(server: string): string {
  return /^(http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?)\//.exec(server)?.[1] ?? server;
}
