/** Writes the catalogue to `out` (dist/schemas.json if not told) and gives its text. */
export function generateSchemas(options?: { readonly out?: string }): Promise<string>;
