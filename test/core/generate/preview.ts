import { parseFile } from '../../../server/core/documents/parse.ts';
import type { FactKind, Facts, FactTypes } from '../../../server/core/facts/facts.ts';
import { createRenderingStore } from '../../../server/core/facts/renderings.ts';
import { expand, type GenerateOptions } from '../../../server/core/generate/expand.ts';
import type { Generation } from '../../../server/core/generate/generation.ts';
import { isObject, type Json, type JsonObject } from '../../../server/core/text/json.ts';

/** What a case may know. Everything not given does not exist; without `clusters` only the in-cluster one does. */
export interface World extends GenerateOptions {
  /** Files of the one repository, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Cluster Secrets as YAML documents. */
  readonly clusters?: string;
  readonly projects?: readonly string[];
  readonly samples?: Readonly<Record<string, readonly JsonObject[]>>;
}

/**
 * Generates a set that is written without its head. The library is not there: YAML is read by our own parser, and a template that needs
 * more than field access fails the case; those are tested with the library in test/engine.
 */
export function preview(spec: string, world: World = {}): Generation {
  const set = `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set, namespace: argocd}\nspec:${spec.replaceAll('\n', '\n  ')}`;
  const value = readYaml(set);
  if (!isObject(value)) throw new Error('the case is no map');
  const renderings = createRenderingStore();
  const facts: Facts = { renderings, get: getter(world) };
  for (let round = 0; round < 20; round++) {
    const generation = expand(value, facts, world);
    const { templates, yaml } = renderings.take();
    if (templates.length > 0) throw new Error(`needs the library: ${templates.flatMap(it => it.templates).join(', ')}`);
    if (yaml.length === 0) return generation;
    renderings.putYaml(
      yaml,
      yaml.map(text => ({ value: readYaml(text) })),
    );
  }
  throw new Error('asks for ever');
}

/** Names of the Applications in their order. */
export function names(generation: Generation): readonly string[] {
  if (generation.refused !== undefined) return [`refused: ${generation.refused}`];
  return generation.applications.map(it => String((it.application.metadata as JsonObject).name));
}

/** `code: message` of each problem. */
export function told(generation: Generation): readonly string[] {
  return generation.problems.map(it => `${it.code}: ${it.message}`);
}

function getter(world: World): Facts['get'] {
  const files = world.files ?? {};
  const tree = { files: Object.keys(files).sort() };
  const clusters = parseFile('clusters.yaml', world.clusters ?? '').documents.map(it => it.value);
  const projects = (world.projects ?? ['default']).map(name => ({ metadata: { name } }));
  const get = (kind: FactKind, of: never): unknown => {
    switch (kind) {
      case 'tree':
        return tree;
      case 'file':
        return files[(of as FactTypes['file']['of']).path];
      case 'clusters':
        return clusters.filter(isObject);
      case 'projects':
        return projects;
      case 'samples':
        return (
          world.samples?.[(of as FactTypes['samples']['of']).generator] ?? {
            unavailable: true,
            why: 'There are no samples.',
          }
        );
      default:
        return undefined;
    }
  };
  return get as Facts['get'];
}

function readYaml(text: string): Json {
  return parseFile('case.yaml', text).documents[0]?.value ?? null;
}
