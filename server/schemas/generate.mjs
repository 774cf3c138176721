// Build step: makes dist/schemas.json, the catalogue of every kind in kinds.mjs, from the development packages and the overlay.
//
//     node server/schemas/generate.mjs [--out dist/schemas.json]
//
// esbuild.mjs calls `generateSchemas`. The result is kept in the user's cache folder under a hash of its inputs, so that only the first build
// of a version takes the two seconds. Nothing here runs in the product; server/core/schema reads the result.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addBounds } from './bounds.mjs';
import { declarationReader } from './declarations.mjs';
import { sources } from './kinds.mjs';
import { applyOverlay } from './overlay.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const nodeModules = join(root, 'node_modules');

/** Writes the catalogue to `out` and gives its text. */
export async function generateSchemas({ out = join(root, 'dist/schemas.json') } = {}) {
  const cached = join(cacheFolder(), `schemas-${inputsHash()}.json`);
  const text = readIfThere(cached) ?? (await generateInto(cached));
  writeWhole(out, text);
  return text;
}

async function generateInto(path) {
  const text = JSON.stringify(await catalogue());
  writeWhole(path, text);
  return text;
}

/** `{ kinds: { "<apiVersion>/<kind>": "<definition>" }, definitions: { "<name>": schema } }` */
export async function catalogue() {
  const reader = declarationReader(nodeModules);
  const kinds = {};
  for (const { package: name, folder, apiVersion, kinds: list } of sources)
    for (const kind of list) kinds[`${apiVersion}/${kind}`] = reader.read(name, folder, kind);
  await addBounds(reader.definitions);
  applyOverlay(reader.definitions);
  for (const name of new Set(Object.values(kinds))) finishKind(reader.definitions.get(name));
  return { kinds, definitions: reachable(kinds, reader.definitions) };
}

/** Nobody writes `status`; whatever stands there comes from a cluster and is left alone. */
function finishKind(definition) {
  const { status } = definition.properties;
  if (status !== undefined)
    definition.properties.status = { description: status.description ?? 'Written by the controller.' };
}

function reachable(kinds, definitions) {
  const kept = {};
  const visit = name => {
    if (name in kept) return;
    kept[name] = {};
    kept[name] = clean(definitions.get(name), definitions, visit);
  };
  for (const name of Object.values(kinds)) visit(name);
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without what only the build needs; aliases such as Quantity are put in place, so that a reader meets few definitions. */
function clean(schema, definitions, visit) {
  const { source: _source, alias: _alias, ...rest } = schema;
  const target = rest.$ref === undefined ? undefined : definitions.get(rest.$ref);
  if (target?.alias) {
    const { title: _title, ...aliased } = clean(target, definitions, visit);
    const { $ref: _ref, ...own } = rest;
    return { ...aliased, ...own };
  }
  if (rest.$ref !== undefined) visit(rest.$ref);
  if (rest.properties !== undefined)
    rest.properties = Object.fromEntries(
      Object.entries(rest.properties).map(([name, property]) => [name, clean(property, definitions, visit)]),
    );
  if (typeof rest.items === 'object') rest.items = clean(rest.items, definitions, visit);
  if (typeof rest.additionalProperties === 'object')
    rest.additionalProperties = clean(rest.additionalProperties, definitions, visit);
  return rest;
}

function inputsHash() {
  const hash = createHash('sha256');
  const own = readdirSync(here, { withFileTypes: true }).filter(it => it.isFile());
  for (const file of own.map(it => it.name).sort()) hash.update(file).update(readFileSync(join(here, file)));
  for (const name of [...new Set(sources.map(it => it.package)), '@kubernetes-models/apimachinery', 'typescript-api'])
    hash.update(readFileSync(join(nodeModules, name, 'package.json')));
  return hash.digest('hex').slice(0, 16);
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gitops-workbench');
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** By a rename, so that two builds at once never read half a file. */
function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, text);
  renameSync(part, path);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--out');
  const text = await generateSchemas(at === -1 ? {} : { out: resolve(process.argv[at + 1] ?? '') });
  const { kinds, definitions } = JSON.parse(text);
  process.stdout.write(
    `${Object.keys(kinds).length} kinds, ${Object.keys(definitions).length} definitions, ${Math.round(text.length / 1024)} KiB\n`,
  );
}
