/** Ids of nodes are their paths, as JSON: the editor keeps them over a restart of the server, and we read them back. */
export const idOf = (parts: readonly string[]): string => JSON.stringify(parts);

/** Empty for an id of another version of the server. */
export function partsOf(id: string): readonly string[] {
  try {
    const parts: unknown = id.startsWith('[') ? JSON.parse(id) : [];
    return Array.isArray(parts) && parts.every(it => typeof it === 'string') ? parts : [];
  } catch {
    // Cut off somewhere: there is no such node.
    return [];
  }
}
