/** Where charts come from: a repository over HTTP, or a registry. */
export interface Origin {
  /** All versions of a chart, as they are written. */
  versions(chart: string, signal: AbortSignal | undefined): Promise<readonly string[]>;
  /** Where the archive of one version lies. */
  locate(chart: string, version: string, signal: AbortSignal | undefined): Promise<Located>;
}

export interface Located {
  readonly url: string;
  /** SHA-256 in hexadecimal digits; empty where nobody says. */
  readonly digest: string;
  /** Whether everything lies in one folder, as in a packaged chart. */
  readonly hasFolder: boolean;
  readonly headers: Readonly<Record<string, string>>;
}
