import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFile } from '../../../server/core/documents/parse.ts';
import { schemaProblemsIn } from '../../../server/core/schema/problems.ts';
import { validateSchema } from '../../../server/core/schema/validate.ts';
import { isObject, type Json, type JsonObject } from '../../../server/core/text/json.ts';
import { casesOf } from '../../conformance/cases.ts';
import { sampleValue } from '../../support/sampleValue.ts';
import { catalogOf, newest } from '../../support/schemas.ts';

/** A correct manifest is never reported. Each part takes its manifests from another place. */

const said = (value: Json, kind: string, catalog = newest): readonly string[] => {
  const [group, name] = [kind.slice(0, kind.lastIndexOf('/')), kind.slice(kind.lastIndexOf('/') + 1)];
  const schema = catalog.schemaFor(group, name);
  if (!schema) return [`no schema for ${kind}`];
  return validateSchema(value, schema).map(it => it.message);
};

describe('a manifest with every field of its kind is right', () => {
  const { kinds, definitions } = newest.source;
  it.each(newest.kinds)('%s', kind => {
    const root = { $ref: kinds[kind] ?? '' };
    expect(said(sampleValue(root, { fields: 'every', definitions }), kind)).toEqual([]);
  });
});

/** CustomResourceDefinitions as they are published, where a Go module cache has them: building server/golib fills it with those of Argo CD. */
const modules = join(
  process.env.GOMODCACHE || join(process.env.GOPATH || join(homedir(), 'go'), 'pkg/mod'),
  'github.com/argoproj',
);
const published = ['argo-cd/v3@v3.5.7', 'argo-rollouts@v1.9.0'];
const versions: Readonly<Record<string, string>> = { 'argo-cd/v3@v3.5.7': '3.5' };

describe.each(published)('what the CustomResourceDefinitions of %s take is right', name => {
  const folder = join(modules, name, 'manifests/crds');
  const version = versions[name] ?? '3.6';
  if (!existsSync(folder)) {
    it('every and only the required fields', ({ skip }) => skip(`the Go module cache has no ${name}`));
    return;
  }
  const crds = readdirSync(folder)
    .filter(it => it.endsWith('-crd.yaml'))
    .map(file => kindIn(parse(readFileSync(join(folder, file), 'utf8')) as JsonObject));
  it.each(crds)('$kind', ({ kind, schema }) => {
    const apiVersion = 'argoproj.io/v1alpha1';
    for (const fields of ['every', 'required'] as const) {
      const sample = sampleValue(schema, { fields });
      const value = isObject(sample) ? { ...sample, apiVersion, kind, metadata: { name: 'a' } } : sample;
      // Texts are made up, and the choices of a pod's fields stand in no CustomResourceDefinition.
      const messages = said(value, `${apiVersion}/${kind}`, catalogOf(version)).filter(
        it => !it.includes('cannot be "ab"'),
      );
      expect(messages, `${fields} field`).toEqual([]);
    }
  });
});

function kindIn(crd: JsonObject): { readonly kind: string; readonly schema: JsonObject } {
  const spec = isObject(crd.spec) ? crd.spec : {};
  const version = Array.isArray(spec.versions) && isObject(spec.versions[0]) ? spec.versions[0] : {};
  const names = isObject(spec.names) ? spec.names : {};
  const holder = isObject(version.schema) ? version.schema : {};
  return { kind: String(names.kind), schema: isObject(holder.openAPIV3Schema) ? holder.openAPIV3Schema : {} };
}

/** Published, and refused by the API server all the same. */
const mistakes: Readonly<Record<string, readonly string[]>> = {
  'published/at-scale-short/rollout-fragment.yaml': [
    'This Rollout has no name. Set metadata.name; the API server refuses the object without it.',
  ],
};

describe('published manifests and those of the documented features are right', () => {
  const folder = new URL('../../fixtures/manifests/', import.meta.url).pathname;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(it => it.endsWith('.yaml'));
  const problems = schemaProblemsIn(newest);
  it.each(files.sort())('%s', path => {
    const { documents } = parseFile(path, readFileSync(join(folder, path), 'utf8'));
    const messages = documents.flatMap(({ apiVersion, kind, value }) =>
      isObject(value) && apiVersion !== undefined && kind !== undefined ? problems(apiVersion, kind, value) : [],
    );
    expect(messages.map(it => it.message)).toEqual(mistakes[path] ?? []);
  });
});

describe('ApplicationSets as the API server judges them', () => {
  const dotted = (path: string): string =>
    path
      .slice(1)
      .replaceAll('/', '.')
      .replaceAll(/\.(\d+)(?=\.|$)/g, '[$1]');
  const places = (list: Json | undefined): readonly string[] =>
    (Array.isArray(list) ? list : []).map(it => String(it).split(': ')[0] ?? '').sort();

  it('refused and dropped fields are the same', () => {
    const wrong: string[] = [];
    for (const { case: given, expected } of casesOf('appset.jsonl')) {
      const set = isObject(given.applicationSet) ? given.applicationSet : {};
      const schema = newest.schemaFor('argoproj.io/v1alpha1', 'ApplicationSet');
      const found = schema ? validateSchema(set, schema) : [];
      const at = (unknown: boolean) =>
        found.filter(it => (it.code === 'unknown-field') === unknown).map(it => dotted(it.path));
      // Raw JSON to the API server; the controller reads it, and finds more to say.
      const dropped = at(true).filter(
        it => !/generators\[\d+\]\.(matrix|merge)\.generators\[\d+\]\.(matrix|merge)\./.test(it),
      );
      const same = (mine: readonly string[], theirs: readonly string[]) => mine.toSorted().join() === theirs.join();
      if (!same(at(false), places(expected.schemaErrors)) || !same(dropped, places(expected.unknownFields)))
        wrong.push(`${String(given.id)}: ${found.map(it => it.message).join(' ')}`);
    }
    expect(wrong).toEqual([]);
  });
});
