import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Golib } from '../../../server/adapters/golib/library.ts';
import { compare } from '../../../server/core/diff/compare.ts';
import { JqDesk, simplePath, withoutIgnored } from '../../../server/core/diff/ignore.ts';
import { settingsFrom } from '../../../server/core/diff/settings.ts';
import { typesFrom } from '../../../server/core/diff/types.ts';
import { argocdSettings } from '../../../server/core/model/argocdSettings.ts';
import type { Json, JsonObject } from '../../../server/core/text/json.ts';
import { settleWithLibrary } from '../../../server/engine/libraryFacts.ts';
import { buildGolib } from '../../../server/golib/build.mjs';

let library: Golib;
beforeAll(async () => {
  library = new Golib({ wasm: await buildGolib() });
}, 600_000);
afterAll(() => library.dispose());

const widget = { apiVersion: 'example.com/v1', kind: 'Widget' };
const rule = {
  group: '*',
  kind: '*',
  name: '',
  namespace: '',
  jsonPointers: [],
  jqPathExpressions: [],
  managedFieldsManagers: [],
};

describe('ignore rules', () => {
  it('that are plain paths give what jq gives, without asking it', async () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const value = fc.letrec<{ any: Json }>(tie => ({
      any: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<Json>(null, 1, 'x', true),
        fc.dictionary(key, tie('any'), { maxKeys: 3 }),
        fc.array(tie('any'), { maxLength: 3 }),
      ),
    })).any;
    const path = fc
      .array(fc.tuple(key, fc.constantFrom('', '[]', '[]?')), { minLength: 1, maxLength: 4 })
      .map(steps => steps.map(([name, all]) => `.${name}${all}`).join(''));
    const cases = fc.sample(fc.tuple(fc.dictionary(key, value, { maxKeys: 3 }), path), 600);
    const answers = await library.call(
      cases.map(([object, expression]) => ({
        op: 'jq',
        args: { query: `del(${expression})`, input: { ...widget, ...object } },
      })),
    );
    for (const [i, [object, expression]] of cases.entries()) {
      const input = { ...widget, ...object } as JsonObject;
      expect(simplePath(expression)).toBeDefined();
      const desk = new JqDesk({ get: () => undefined });
      const ours = withoutIgnored(input, [{ ...rule, jqPathExpressions: [expression] }], desk);
      const answer = answers[i];
      const values = answer?.ok ? (answer.value as JsonObject).values : undefined;
      const theirs = Array.isArray(values) && values.length === 1 ? values[0] : input;
      expect({ expression, input, result: ours }).toEqual({ expression, input, result: theirs });
      expect(desk.missing).toEqual([]);
    }
  });

  const judged = (rules: JsonObject, target: JsonObject, live: JsonObject, settings?: JsonObject) => {
    const about = settingsFrom({ spec: { ignoreDifferences: [rules] } }, argocdSettings(settings), typesFrom({}));
    return settleWithLibrary(facts => compare({ target, live }, about, facts), library);
  };

  it('of several expressions each sees what the one before it left', async () => {
    const target = { ...widget, spec: { items: [{ name: 'a', value: 1 }] } };
    const live = { ...widget, spec: { items: [{ name: 'a', value: 2 }, { name: 'b' }] } };
    const rules = {
      group: 'example.com',
      kind: 'Wid*',
      jqPathExpressions: ['.spec.items[] | select(.name == "b")', '.spec.items[] | select(.name == "a") | .value'],
    };
    expect((await judged(rules, target, live)).modified).toBe(false);
    expect(
      (await judged({ ...rules, jqPathExpressions: rules.jqPathExpressions.slice(1) }, target, live)).modified,
    ).toBe(true);
  });

  it('of an expression that never ends are given up, and the rest is compared', async () => {
    const result = await judged(
      { group: 'example.com', kind: 'Widget', jqPathExpressions: ['.a | until(false; .)'] },
      { ...widget, a: 1 },
      { ...widget, a: 2 },
    );
    expect([result.modified, result.error]).toEqual([true, undefined]);
  });

  it('with an expression that is wrong stop the comparison, whatever they are for', async () => {
    const result = await judged({ group: 'other', kind: 'Other', jqPathExpressions: ['.a[)'] }, widget, widget);
    expect(result.error).toContain('failed to create diff normalizer: unexpected token ")"');
  });

  it('leave status out by themselves, unless argocd-cm wants it compared', async () => {
    const [target, live] = [
      { ...widget, status: { a: 1 } },
      { ...widget, status: { a: 2 } },
    ];
    const settings = { data: { 'resource.compareoptions': 'ignoreResourceStatusField: none' } };
    expect((await judged({}, target, live)).modified).toBe(false);
    expect((await judged({}, target, live, settings)).modified).toBe(true);
  });
});
