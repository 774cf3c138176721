import { scanJson } from '../../generate/go/jsonError.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import { baseName, type Content, joined, textOf } from '../content.ts';
import { evaluateJsonnet } from '../jsonnet.ts';
import { readJson } from '../jsonText.ts';
import { absolute, matching, shown } from '../library.ts';
import { type Decoded, decodeTexts, failedPrecondition, objectFrom, quoted } from '../manifests.ts';
import { isEnabled } from '../sourceTypes.ts';
import { each, Refused } from '../stop.ts';
import { isTrue, objectIn, textIn } from '../words.ts';
import type { Rendered, Renderer, Work } from './renderer.ts';

/** Plain manifests, JSON and Jsonnet of a folder (argo-cd:reposerver/repository/repository.go, findManifests). */
export const directory: Renderer = {
  type: 'Directory',
  summary: 'Manifests in YAML and JSON, and Jsonnet, of a folder',
  render: work => {
    const files = manifestFiles(work);
    // Argo CD drops a byte order mark from everything but Jsonnet, which knows none.
    const texts = work.content.read(files).map(it => textOf(it).replace(/^\ufeff/, ''));
    const wanted = files
      .map((file, at) => ({ file, text: texts[at] ?? '' }))
      .filter(it => !it.text.includes('+argocd:skip-file-rendering'));
    return { objects: objectsOf(wanted, work), commands: [] };
  },
};

/** Extensions are case-sensitive, and hidden files count. */
const manifestName = /^.*\.(yaml|yml|json|jsonnet)$/;

function manifestFiles(work: Work): readonly string[] {
  const { content, path } = work;
  const options = objectIn(work.source.directory);
  const found = content.linkAt(path) === undefined ? walk(content, path, isTrue(options.recurse)) : [];
  const regular = found.filter(file => manifestName.test(baseName(file)) && isRegular(file, work));
  const relative = regular.map(file => (path === '' ? file : file.slice(path.length + 1)));
  const matches = (pattern: string) => matching('gobwas', pattern, relative, work.facts).matches;
  const exclude = textIn(options.exclude);
  const include = textIn(options.include);
  const excluded = exclude === '' ? [] : matches(exclude);
  const included = include === '' ? undefined : matches(include);
  return regular.filter((_, at) => !excluded[at] && (included?.[at] ?? true));
}

/** In the order of Go's filepath.Walk, which follows no link to a directory. */
function walk(content: Content, directory: string, recurse: boolean): readonly string[] {
  return content.entries(directory).flatMap(({ name, kind }) => {
    const path = joined(directory, name);
    if (kind !== 'directory') return [path];
    return recurse ? walk(content, path, recurse) : [];
  });
}

function isRegular(file: string, { content, path }: Work): boolean {
  if (content.linkAt(file) === undefined) return true;
  const relative = path === '' ? file : file.slice(path.length + 1);
  const refuse = (why: string) =>
    new Refused(
      `failed to get potentially valid manifests: invalid manifest file ${quoted(shown(absolute(file)))}: ${why}`,
    );
  const target = content.resolve(file);
  // What lies beside the repository is nothing, as far as anybody knows; such a repository is refused before, as a whole.
  if (target.kind === 'outside' && !content.linkAt(file)?.startsWith('/')) return false;
  if (target.kind === 'outside') throw refuse(`illegal filepath in symlink at ${quoted(relative)}`);
  if (target.kind === 'loop')
    throw refuse(`failed to evaluate symlink at ${quoted(relative)}: EvalSymlinks: too many links`);
  // A link to nothing, or to a directory, is passed over.
  return target.kind === 'file';
}

interface File {
  readonly file: string;
  readonly text: string;
}

function objectsOf(files: readonly File[], work: Work): readonly Rendered[] {
  const yaml = files.filter(it => !/\.json(net)?$/.test(it.file));
  const decoded = decodeTexts(
    yaml.map(it => it.text),
    work.facts,
  );
  const byFile = new Map(yaml.map((it, at) => [it.file, decoded[at] ?? []]));
  return each(files, it => {
    if (it.file.endsWith('.jsonnet')) return jsonnetObjects(it, work);
    return it.file.endsWith('.json') ? jsonObjects(it) : yamlObjects(it, byFile.get(it.file) ?? []);
  }).flat();
}

function yamlObjects({ file, text }: File, decoded: readonly Decoded[]): readonly Rendered[] {
  const objects: Rendered[] = [];
  for (const it of decoded) {
    if (it.kind === 'object') {
      objects.push({ object: it.object, file });
      continue;
    }
    // What does not look like a manifest is some other YAML file, which is nobody's business.
    const looksLikeOne = ['apiVersion:', 'kind:', 'metadata:'].every(word => text.includes(word));
    if (objects.length === 0 && !looksLikeOne) return [];
    throw failedPrecondition(
      `Failed to unmarshal ${quoted(baseName(file))}: failed to unmarshal manifest: ${it.message}`,
    );
  }
  return objects;
}

/** One object a file. */
function jsonObjects({ file, text }: File): readonly Rendered[] {
  const name = quoted(baseName(file));
  const scanned = scanJson(text, 0);
  if (scanned.kind !== 'value')
    throw failedPrecondition(`Failed to unmarshal ${name}: ${scanned.kind === 'end' ? 'EOF' : scanned.message}`);
  const raw = text.slice(0, scanned.end).trim();
  const read = readJson(raw);
  const value = 'error' in read ? {} : read.value;
  const decoded: Decoded | undefined =
    'error' in read
      ? { kind: 'error', message: read.error }
      : (objectFrom(value, raw, text) ?? objectFrom({}, raw, text));
  if (decoded?.kind === 'error' && !isImageManifest(value))
    throw failedPrecondition(`Failed to unmarshal ${name}: ${decoded.message}`);
  const rest = text.slice(scanned.end).trimStart();
  if (rest !== '' && !/^[\]}]/.test(rest))
    throw failedPrecondition(`Found multiple objects in ${name}. Only single objects are allowed in JSON files.`);
  return [{ object: isObject(value) ? value : {}, file }];
}

/**
 * An object without a kind is let through where its fields could be those of an OCI image manifest, whatever else it holds: Argo CD means to
 * pass over such manifests, and takes the object as it is.
 */
function isImageManifest(value: Json): boolean {
  if (value === null) return true;
  if (!isObject(value)) return false;
  const fits: Readonly<Record<string, (it: Json) => boolean>> = {
    schemaversion: it => typeof it === 'number' && Number.isInteger(it),
    mediatype: it => typeof it === 'string',
    artifacttype: it => typeof it === 'string',
    config: isObject,
    subject: isObject,
    layers: it => Array.isArray(it) && it.every(layer => layer === null || isObject(layer)),
    annotations: it => isObject(it) && Object.values(it).every(text => text === null || typeof text === 'string'),
  };
  return Object.entries(value).every(([key, it]) => it === null || (fits[key.toLowerCase()]?.(it) ?? true));
}

function jsonnetObjects({ file }: File, work: Work): readonly Rendered[] {
  if (!isEnabled('Directory', work.settings.enabledSourceTypes)) return [];
  const name = quoted(baseName(file));
  const result = evaluateJsonnet(file, work);
  if (!result.ok) throw failedPrecondition(`Failed to evaluate jsonnet ${name}: ${result.error}`);
  const value = JSON.parse(result.text) as Json;
  // `null` is an empty list to Go.
  const listed = value === null ? [] : Array.isArray(value) ? listedObjects(value) : undefined;
  if (listed) return listed.map(object => ({ object, file }));
  const decoded = objectFrom(value, result.text.trim(), result.text);
  if (decoded?.kind !== 'object')
    throw failedPrecondition(`Failed to unmarshal generated json ${name}: ${decoded?.message ?? ''}`);
  return [{ object: decoded.object, file }];
}

/** `undefined` where not every item is an object, or nothing. */
function listedObjects(items: readonly Json[]): readonly JsonObject[] | undefined {
  const objects: JsonObject[] = [];
  for (const item of items) {
    const decoded = objectFrom(item, undefined, '');
    if (decoded?.kind === 'error') return undefined;
    if (decoded) objects.push(decoded.object);
  }
  return objects;
}
