import { describe, expect, it } from 'vitest';
import type { Suggestion } from '../../../server/core/assist/suggestion.ts';
import { completeTemplate } from '../../../server/core/assist/templateCompletion.ts';
import { hoverTemplate } from '../../../server/core/assist/templateHover.ts';
import { parseFile } from '../../../server/core/documents/parse.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';
import { applied } from '../../support/check.ts';

const sets: readonly JsonObject[] = [
  {
    name: 'eu',
    path: { basename: 'cart', segments: ['apps', 'cart'] },
    metadata: { labels: { env: 'prod', 'a/b': 'x' } },
  },
  {
    name: 'us',
    path: { basename: 'web', segments: ['apps', 'web'] },
    metadata: { labels: { env: 'prod' } },
    tier: 'gold',
  },
];
const flat: readonly JsonObject[] = [
  { 'path.basename': 'cart', 'metadata.labels.a/b': 'x', count: 3 },
  { 'path.basename': 'web', 'metadata.labels.a/b': 'y', count: 4 },
];

const go = (line: string) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  goTemplate: true
  template:
    metadata:
      name: ${line}
`;
const fast = (line: string) => go(line).replace('  goTemplate: true\n', '');

/** What is offered at `<|>`, and the line after the one that is named was accepted. */
function complete(marked: string, of: readonly JsonObject[], accept?: string) {
  const offset = marked.indexOf('<|>');
  const text = marked.replace('<|>', '');
  const document = parseFile('set.yaml', text).documents[0];
  const at = document?.at(offset);
  const found = document && at ? completeTemplate(document, at, of) : undefined;
  const taken = found?.find(it => it.label === accept);
  return { labels: found?.map(it => it.label), taken, line: taken && lineOf(text, taken) };
}

function lineOf(text: string, { insert, replace }: Suggestion): string | undefined {
  const after = replace ? applied(text, [{ span: replace, text: insert }]) : text;
  return /name: (.*)/.exec(after)?.[1];
}

describe('completion inside {{ }}', () => {
  it('offers the parameters below the path that is written', () => {
    expect(complete(go("'{{ .path.<|> }}'"), sets).labels).toEqual([
      '.path.basename',
      '.path.segments',
      'index .path.segments 0',
      'index .path.segments 1',
    ]);
  });

  it('replaces the whole name under the cursor', () => {
    expect(complete(go("'x-{{ .path.ba<|>sexx }}'"), sets, '.path.basename').line).toBe("'x-{{ .path.basename }}'");
  });

  it('closes what nobody has closed', () => {
    expect(complete(go("'x-{{ .na<|>'"), sets, '.name').line).toBe("'x-{{ .name }}'");
    expect(complete(go("'x-{{.na<|>'"), sets, '.name').line).toBe("'x-{{.name}}'");
  });

  it('reaches a key that is no Go name by index, in parentheses inside of an expression', () => {
    const label = 'index .metadata.labels "a/b"';
    expect(complete(go("'{{ .metadata.labels.<|> }}'"), sets, label).line).toBe(
      '\'{{ index .metadata.labels "a/b" }}\'',
    );
    expect(complete(go("'{{ printf .metadata.labels.<|> }}'"), sets, label).line).toBe(
      '\'{{ printf (index .metadata.labels "a/b") }}\'',
    );
  });

  it('tells values, and which parameter only some sets have', () => {
    const { taken } = complete(go("'{{ .t<|> }}'"), sets, '.tier');
    expect(taken?.detail).toBe('gold');
    expect(taken?.documentation).toContain('Only 1 of 2 parameter sets have it.');
  });

  it('knows what `.` is inside of a with', () => {
    expect(complete(go("'{{ with .metadata.labels }}{{ .<|> }}{{ end }}'"), sets).labels).toContain('.env');
  });

  it('offers functions and keywords where no dot is written', () => {
    const { labels } = complete(go("'{{ <|> }}'"), sets);
    expect(labels).toEqual(expect.arrayContaining(['.name', '.path.basename', 'normalize', 'trunc', 'if', 'range']));
    expect(complete(go("'{{ .name | <|> }}'"), sets).labels).not.toContain('if');
  });

  it('leaves everything outside to others', () => {
    expect(complete(go("'shop<|>-{{ .name }}'"), sets).labels).toBeUndefined();
  });

  it('works in a block scalar', () => {
    const text =
      'kind: ApplicationSet\nspec:\n  goTemplate: true\n  templatePatch: |\n    spec:\n      a: {{ .na<|> }}\n';
    expect(complete(text, sets).labels).toContain('.name');
  });

  it.each([
    ['plain text with a prefix', go('x-{{ .na<|> }}')],
    ['a text in double quotes with escapes', go('"\\u00e9\\t{{ .na<|> }}"')],
    ['a folded text', go('>-\n        a\n        {{ .na<|> }}')],
    ['a text that is not closed', go("'x-{{ .na<|>")],
    ['a template that is not quoted', go('{{ .na<|> }}')],
    ['a file with Windows line ends', go("'{{ .na<|> }}'").replaceAll('\n', '\r\n')],
    ['text behind an emoji', go("'😀{{ .na<|> }}'")],
  ])('works in %s', (_, marked) => {
    expect(complete(marked, sets).labels).toContain('.name');
  });

  it('offers flat names in fasttemplate mode, texts only, and no functions', () => {
    expect(complete(fast("'{{<|>}}'"), flat).labels).toEqual(['metadata.labels.a/b', 'path.basename']);
    expect(complete(fast("'x-{{ path.b<|>'"), flat, 'path.basename').line).toBe("'x-{{ path.basename }}'");
    expect(complete(fast("'x-{{metadata.labels.a/<|>zz}}'"), flat, 'metadata.labels.a/b').line).toBe(
      "'x-{{metadata.labels.a/b}}'",
    );
  });
});

function hover(marked: string, of: readonly JsonObject[]) {
  const offset = marked.indexOf('<|>');
  const document = parseFile('set.yaml', marked.replace('<|>', '')).documents[0];
  const at = document?.at(offset);
  return document && at ? hoverTemplate(document, at, of) : undefined;
}

describe('hover on {{ }}', () => {
  it('lists the values, the equal ones once', () => {
    expect(hover(go("'{{ .metadata.labels.e<|>nv }}'"), sets)?.text).toBe(
      '`.metadata.labels.env`: one value over 2 parameter sets\n\n- `prod` × 2',
    );
  });

  it('says where a parameter is not set', () => {
    expect(hover(go("'{{ .ti<|>er }}'"), sets)?.text).toContain('- *not set*\n- `gold`');
  });

  it('is about the part of a path that it stands on', () => {
    expect(hover(go("'{{ .meta<|>data.labels.env }}'"), sets)?.text).toContain('`.metadata`: 2 values');
  });

  it('explains a function, and asks for the result of the whole', () => {
    const found = hover(go("'x-{{ .name | up<|>per }}'"), sets);
    expect(found?.text).toContain('upper');
    expect(found?.action).toBe('{{ .name | upper }}');
  });

  it('still tells values where something else in the template is wrong', () => {
    expect(hover(go("'{{ .na<|>me | nope }}'"), sets)?.text).toContain('- `eu`');
  });

  it('shows five values and counts the rest', () => {
    const many = Array.from({ length: 9 }, (_, at) => ({ name: `n${at}` }));
    expect(hover(go("'{{ .na<|>me }}'"), many)?.text).toMatch(/- `n4`\n- … and 4 more$/);
  });

  it('reads the flat names of fasttemplate mode', () => {
    expect(hover(fast("'{{ path.base<|>name }}'"), flat)?.text).toContain('- `cart`\n- `web`');
  });
});
