// What esbuild.mjs calls for dist/schemas.json.
import { join } from 'node:path';
import { generateSchemas } from './generate.mjs';

/** Gives a line about what was made. */
export async function buildSchemas({ outDir }) {
  const text = await generateSchemas({ out: join(outDir, 'schemas.json') });
  const { kinds } = JSON.parse(text);
  return `${Object.keys(kinds).length} kinds, ${Math.round(text.length / 1024)} KiB`;
}
