/** The Argo CD versions that can be chosen, oldest first. */
export const argoVersions = ['3.0', '3.1', '3.2', '3.3', '3.4', '3.5', '3.6'] as const;

export const newestArgoVersion = '3.6';

/** Whether a field that came with `since` is there in `version`. A version that cannot be read counts as the newest. */
export function knownIn(since: string, version: string): boolean {
  const chosen = numberOf(version);
  const first = numberOf(since);
  return chosen === undefined || first === undefined || chosen >= first;
}

function numberOf(version: string): number | undefined {
  const match = /^v?(\d+)\.(\d+)/.exec(version.trim());
  return match ? Number(match[1]) * 1000 + Number(match[2]) : undefined;
}
