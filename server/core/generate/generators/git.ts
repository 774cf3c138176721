import { isUnavailable, type TreeOf } from '../../facts/facts.ts';
import { isObject, type Json, type JsonObject } from '../../text/json.ts';
import {
  type At,
  appendValues,
  type Context,
  failing,
  type Generator,
  type Outcome,
  type Produced,
} from '../context.ts';
import { flatten } from '../flatten.ts';
import { pathMatch } from '../globs/pathMatch.ts';
import { goType } from '../go/kind.ts';
import { goQuote } from '../go/print.ts';
import { baseName, directoryName, normalized } from '../names.ts';
import { copied, type Params, typed } from '../params.ts';
import { type Failure, fail, isFailure, type Pending, pending, wrapped } from '../problem.ts';
import { directoriesOf } from '../repository.ts';
import { selectFiles } from './gitFiles.ts';

/** argo-cd:applicationset/generators/git.go */
export const git: Generator = {
  name: 'git',
  summary:
    'One parameter set for each directory of a repository that matches, or for each object in its matching files.',
  combines: false,
  params(spec, at, context) {
    const project = projectFailure(at, context);
    if (project === pending) return { sets: [], waits: true };
    if (isFailure(project)) return failing(project);
    const outcome = run(spec, at, context);
    return outcome.failure === undefined
      ? outcome
      : { ...outcome, failure: wrapped(outcome.failure, 'error generating params from git') };
  },
};

function run(spec: JsonObject, at: At, context: Context): Outcome {
  const source: Source = {
    tree: { repoURL: text(spec.repoURL), revision: text(spec.revision) },
    prefix: text(spec.pathParamPrefix),
    spec,
    at,
    context,
  };
  if (entries(spec.directories).length > 0) return fromDirectories(source);
  if (entries(spec.files).length > 0) return fromFiles(source);
  return failing(
    fail({
      code: 'generator-failed',
      message: 'ApplicationSet is empty',
      path: at.path,
      advice: 'A git generator needs directories or files',
    }),
  );
}

export interface Source {
  readonly tree: TreeOf;
  readonly prefix: string;
  readonly spec: JsonObject;
  readonly at: At;
  readonly context: Context;
}

/**
 * A project that is not templated must exist before the repository is even read, because it may ask for signed commits. Where projects
 * are not known, nothing is said.
 */
function projectFailure(at: At, context: Context): Failure | Pending | undefined {
  const spec = context.set.template.spec;
  const project = isObject(spec) ? text(spec.project) : '';
  if (project.includes('{{')) return undefined;
  const projects = context.fact('projects', { all: true });
  if (projects === undefined) return pending;
  if (isUnavailable(projects)) return undefined;
  if (projects.some(it => isObject(it.metadata) && it.metadata.name === project)) return undefined;
  return fail({
    code: 'unknown-project',
    message: `error getting project ${project}: appprojects.argoproj.io ${goQuote(project)} not found`,
    path: isObject(spec) && 'project' in spec ? '/spec/template/spec/project' : '/spec/template/spec',
    advice: `The git generator at ${at.path} reads the project of the template before it reads the repository`,
  });
}

function fromDirectories(source: Source): Outcome {
  const { context, at, spec } = source;
  const tree = treeOf(source, 'error getting directories from repo: error retrieving Git Directories');
  if (tree === undefined) return { sets: [], waits: true };
  if ('outcome' in tree) return tree.outcome;
  const patterns = entries(spec.directories).map((item, index) => ({
    matches: pathMatch(text(item.path)),
    exclude: item.exclude === true,
    path: `${at.path}/directories/${index}`,
  }));
  const hidden = context.options.includeHiddenDirectories === true;
  const sets: Produced[] = [];
  let waits = false;
  for (const directory of directoriesOf(tree.files, { hidden })) {
    const hits = patterns.filter(pattern => pattern.matches?.(directory) === true);
    const included = hits.find(pattern => !pattern.exclude);
    if (included === undefined || hits.some(pattern => pattern.exclude)) continue;
    const params = directoryParams(directory, source);
    const problem = appendValues(spec.values, params, `${at.path}/values`, context);
    if (problem === pending) waits = true;
    else if (isFailure(problem)) {
      return failing(wrapped(problem, 'error generating params from apps: failed to append templated values'));
    }
    const origin = {
      generator: 'git',
      path: at.path,
      item: directory,
      itemPath: included.path,
      source: { kind: 'directory' as const, ...source.tree, path: directory },
    };
    sets.push({ params, origin: [origin] });
  }
  return { sets, waits };
}

function directoryParams(directory: string, { context, prefix }: Source): Params {
  return context.set.goTemplate
    ? nested({}, prefix, {
        path: directory,
        basename: baseName(directory),
        basenameNormalized: normalized(baseName(directory)),
        segments: typed(directory.split('/'), '[]string'),
      })
    : flatPath({}, prefix, directory, undefined);
}

function nested(params: Params, prefix: string, path: Params): Params {
  if (prefix === '') params.path = path;
  else params[prefix] = { path };
  return params;
}

/** `path`, `path.basename`, `path[0]`, … with the prefix in front of all of them. */
function flatPath(params: Params, prefix: string, directory: string, file: string | undefined): Params {
  const name = prefix === '' ? 'path' : `${prefix}.path`;
  params[name] = directory;
  params[`${name}.basename`] = baseName(directory);
  params[`${name}.basenameNormalized`] = normalized(baseName(directory));
  if (file !== undefined) {
    params[`${name}.filename`] = file;
    params[`${name}.filenameNormalized`] = normalized(file);
  }
  directory.split('/').forEach((segment, index) => {
    if (segment !== '') params[`${name}[${index}]`] = segment;
  });
  return params;
}

function fromFiles(source: Source): Outcome {
  const { spec } = source;
  const tree = treeOf(source, 'error retrieving Git files');
  if (tree === undefined) return { sets: [], waits: true };
  if ('outcome' in tree) return tree.outcome;
  const selected = selectFiles(entries(spec.files), tree.files, source);
  if (selected === pending) return { sets: [], waits: true };
  if (isFailure(selected)) return failing(selected);
  const sets: Produced[] = [];
  let waits = false;
  for (const { file, itemPath } of selected) {
    const outcome = fileSets(file, itemPath, source);
    if (outcome.failure !== undefined) {
      const prefix = `unable to process file '${file}' from repository '${source.tree.repoURL}'`;
      if (!waits) return failing(wrapped(outcome.failure, prefix));
      continue;
    }
    waits ||= outcome.waits;
    sets.push(...outcome.sets);
  }
  return { sets, waits };
}

function fileSets(file: string, itemPath: string, source: Source): Outcome {
  const { context, spec, at } = source;
  const content = context.fact('file', { ...source.tree, path: file });
  if (content === undefined) return { sets: [], waits: true };
  if (isUnavailable(content)) {
    context.unknown({ kind: 'file', of: file, why: content.why, path: itemPath });
    return { sets: [], waits: false };
  }
  const objects = objectsIn(content, itemPath, context);
  if (objects === pending) return { sets: [], waits: true };
  if (isFailure(objects)) return failing(objects);
  const sets: Produced[] = [];
  let waits = false;
  for (const [index, object] of objects.entries()) {
    const params = fileParams(file, object, source);
    const problem = appendValues(spec.values, params, `${at.path}/values`, context);
    if (problem === pending) waits = true;
    else if (isFailure(problem)) return failing(wrapped(problem, 'failed to append templated values'));
    const origin = {
      generator: 'git',
      path: at.path,
      item: objects.length > 1 ? `${file}[${index}]` : file,
      itemPath,
      source: { kind: 'file' as const, ...source.tree, path: file },
    };
    sets.push({ params, origin: [origin] });
  }
  return { sets, waits };
}

/** A file holds one object or a list of objects; an empty one holds an empty object. Only its first document is read. */
function objectsIn(content: string, path: string, context: Context): readonly JsonObject[] | Failure | Pending {
  const converted = context.yaml(content);
  if (converted === pending) return pending;
  const refuse = (why: string): Failure =>
    fail({ code: 'generator-failed', message: `unable to parse file: ${why}`, path });
  if ('error' in converted) return refuse(`error converting YAML to JSON: ${converted.error}`);
  const value = converted.value;
  if (value === null) return [{}];
  if (isObject(value)) return [value];
  const decoding = 'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal';
  if (!Array.isArray(value))
    return refuse(`${decoding} ${goType(value)} into Go value of type []map[string]interface {}`);
  const items = value as readonly Json[];
  const wrong = items.find(item => item !== null && !isObject(item));
  if (wrong !== undefined) return refuse(`${decoding} ${goType(wrong)} into Go value of type map[string]interface {}`);
  return items.map(item => (isObject(item) ? item : {}));
}

function fileParams(file: string, content: JsonObject, { context, prefix }: Source): Params {
  const directory = directoryName(file);
  const name = baseName(file);
  if (!context.set.goTemplate) return flatPath(flatten(content), prefix, directory, name);
  return nested(copied(content), prefix, {
    path: directory,
    basename: baseName(directory),
    basenameNormalized: normalized(baseName(directory)),
    filename: name,
    filenameNormalized: normalized(name),
    segments: typed(directory.split('/'), '[]string'),
  });
}

/** The files of the repository, or the outcome where they cannot be had: an error that Argo CD has too, or a thing not known here. */
function treeOf(
  source: Source,
  prefix: string,
): { readonly files: readonly string[] } | { outcome: Outcome } | undefined {
  const { context, tree, at } = source;
  const found = context.fact('tree', tree);
  if (found === undefined) return undefined;
  if (!isUnavailable(found)) return found;
  if (found.error !== undefined) {
    const message = `${prefix}: rpc error: code = Internal desc = unable to resolve git revision : ${found.error}`;
    return {
      outcome: failing(fail({ code: 'git-unavailable', message, path: `${at.path}/repoURL`, advice: found.why })),
    };
  }
  context.unknown({ kind: 'repository', of: tree.repoURL, why: found.why, path: `${at.path}/repoURL` });
  return { outcome: { sets: [], waits: false } };
}

function entries(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
