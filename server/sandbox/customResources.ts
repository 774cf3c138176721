import { isObject, type JsonObject } from '../core/text/json.ts';
import type { Kind } from './kinds.ts';
import { at, nameOf, objects, text, texts } from './objects.ts';

/** The kinds that established definitions serve, by `plural.group`. */
export function customKinds(definitions: readonly JsonObject[]): ReadonlyMap<string, readonly Kind[]> {
  return new Map(definitions.filter(isEstablished).map(it => [nameOf(it), kindsOf(it)]));
}

function isEstablished(definition: JsonObject): boolean {
  return objects(at(definition, 'status').conditions).some(it => it.type === 'Established' && it.status === 'True');
}

function kindsOf(definition: JsonObject): readonly Kind[] {
  const spec = at(definition, 'spec');
  const names = at(spec, 'names');
  const group = text(spec.group);
  return objects(spec.versions)
    .filter(it => it.served !== false)
    .map(it => {
      const version = text(it.name);
      const schema = at(it, 'schema').openAPIV3Schema;
      const subresources = at(it, 'subresources');
      return {
        apiVersion: `${group}/${version}`,
        group,
        version,
        kind: text(names.kind),
        plural: text(names.plural),
        singular: text(names.singular) || text(names.kind).toLowerCase(),
        namespaced: spec.scope !== 'Cluster',
        status: subresources.status !== undefined,
        scale: subresources.scale !== undefined,
        shortNames: texts(names.shortNames),
        categories: texts(names.categories),
        custom: { schema: isObject(schema) ? schema : undefined, definition: nameOf(definition) },
      };
    });
}
