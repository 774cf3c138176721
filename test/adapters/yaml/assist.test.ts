import { describe, expect, it } from 'vitest';
import { yamlDocumentsCache } from 'yaml-language-server/out/src/languageservice/parser/yaml-documents.js';
import { createYamlAssist } from '../../../server/adapters/yaml/assist.ts';
import { catalogOf, newest } from '../../support/schemas.ts';

const assist = createYamlAssist(newest, (message, cause) => {
  throw new Error(message, { cause });
});

const at = (text: string) => {
  const offset = text.indexOf('<|>');
  return { file: { uri: 'file:///case.yaml', text: text.replace('<|>', ''), version: 0 }, offset };
};
const complete = async (text: string, by = assist) => (await by.complete(at(text).file, at(text).offset)).items;
const labels = async (text: string, by = assist) => (await complete(text, by)).map(it => it.label);
const hover = async (text: string) => {
  const found = await assist.hover(at(text).file, at(text).offset);
  return found && typeof found.contents === 'object' && 'value' in found.contents
    ? { text: found.contents.value, range: found.range }
    : undefined;
};

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: guestbook }
spec:
`;

describe('completion', () => {
  it('offers the fields that are not there yet, with what they need', async () => {
    const items = await complete(`${application}  project: default\n  so<|>\n`);
    expect(items.map(it => it.label)).toContain('sources');
    expect(items.map(it => it.label)).not.toContain('project');
    expect(items.find(it => it.label === 'source')?.textEdit?.newText).toBe('source:\n  repoURL: ');
  });

  it('offers the choices of a value', async () => {
    expect(await labels(`${application}  syncPolicy:\n    automated:\n      prune: <|>\n`)).toEqual(['true', 'false']);
    expect(
      await labels(
        'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n  syncPolicy:\n    applicationsSync: <|>\n',
      ),
    ).toEqual(['create-only', 'create-update', 'create-delete', 'sync']);
  });

  it('knows the kind of each document of a file, and answers with places in the file', async () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n--- # next\n${application}  <|>\n---\nkind: Secret\n`;
    const items = await complete(text);
    const project = items.find(it => it.label === 'project');
    expect(project?.textEdit).toMatchObject({ range: { start: { line: 8, character: 2 } } });
  });

  it('goes into nested generators and list entries', async () => {
    const set =
      'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: set }\nspec:\n  generators:\n';
    expect(await labels(`${set}    - matrix:\n        generators:\n          - <|>\n`)).toContain('git');
    const third = await labels(
      `${set}    - matrix:\n        generators:\n          - merge:\n              generators:\n                - <|>\n`,
    );
    expect(third).toContain('clusters');
    expect(third).not.toContain('matrix');
  });

  it('writes a colon behind a key whose value may be anything', async () => {
    const items = await complete(`${application}  <|>\n`.replace('spec:\n  ', ''));
    expect(items.find(it => it.label === 'status')?.textEdit?.newText).toBe('status: ');
  });

  it('offers nothing for kinds without a schema, in texts without a kind, and on a marker', async () => {
    expect(await labels('apiVersion: example.com/v1\nkind: Widget\n<|>')).toEqual([]);
    expect(await labels('<|>')).toEqual([]);
    expect(await labels(`${application}-<|>--\n`)).toEqual([]);
  });

  it('leaves out what the chosen version does not have', async () => {
    const source = `${application}  source:\n    <|>\n`;
    expect(await labels(source)).toContain('tagPrefix');
    expect(await labels(source, createYamlAssist(catalogOf('3.4')))).not.toContain('tagPrefix');
  });
});

describe('hover', () => {
  it("shows the field's own words, not those of its type", async () => {
    const found = await hover(`${application}  syncPolicy:\n    auto<|>mated: {}\n`);
    expect(found?.text).toContain('Automated will keep an application synced');
    expect(found?.range).toMatchObject({ start: { line: 5, character: 4 }, end: { line: 5, character: 13 } });
  });

  it('tells the version that brought a field', async () => {
    expect((await hover(`${application}  source:\n    tagP<|>refix: v\n`))?.text).toContain('Since Argo CD 3.5.');
  });

  it('works in files with Windows line ends', async () => {
    const text = `kind: x\n---\n${application}  project<|>: default\n`.replaceAll('\n', '\r\n');
    expect((await hover(text))?.range).toMatchObject({ start: { line: 6, character: 2 } });
  });

  it('says nothing of what it does not know', async () => {
    expect(await hover('services:\n  we<|>b: {}\n')).toBeUndefined();
    expect(await hover(`${application}  unkn<|>own: {}\n`)).toBeUndefined();
  });
});

it('keeps nothing of a document', async () => {
  await labels(`${application}  <|>\n`);
  expect((yamlDocumentsCache as unknown as { cache: Map<string, unknown> }).cache.size).toBe(0);
});
