import { test } from 'vitest';
import type { Facts, LibraryResult } from '../../../server/core/facts/facts.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';
import { check } from '../../support/check.ts';

const only = ['rollout-unreadable', 'analysis-metric', 'analysis-argument', 'analysis-condition'];

const template = (spec: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: errors
spec:
${spec}`;

/** Stands for the expression library: `answers` by the expression that it is asked to compile. */
function libraryThat(answers: Readonly<Record<string, JsonObject>>): Facts {
  const get = (_: string, of: { readonly args: { readonly expression: string } }): LibraryResult => ({
    ok: true,
    value: answers[of.args.expression] ?? { value: true },
  });
  return { get } as unknown as Facts;
}

test('metrics are told apart, each with its first fault', () =>
  void check(
    template(`
  metrics:
    - name: errors
      count: 3
            #^ analysis-metric: metrics[0]: interval must be specified when count > 1
      provider: {web: {url: x}}
    - name: errors
           #^^^^^^ analysis-metric: metrics[1]: duplicate name 'errors'
      provider: {web: {url: x}}
    - name: slow
      interval: 5M
               #^^ analysis-metric: metrics[2]: invalid interval string: time: unknown unit "M" in duration "5M"
      provider: {web: {url: x}}
`),
    { only },
  ));

test('an argument that nobody declares is told at its tag', () =>
  void check(
    template(`
  args: [{name: service}]
  metrics:
    - name: errors
      provider:
        prometheus:
          query: up{job="{{args.job}}"}
                        #^^^^^^^^^^^^ analysis-argument: AnalysisTemplate errors: failed to resolve {{args.job}}
`),
    { only },
  ));

test('a duration from an argument is judged with its default, and only mentioned without one', () =>
  void check(
    template(`
  args: [{name: fine, value: 10s}, {name: wrong, value: soon}, {name: open}]
  metrics:
    - name: a
      interval: "{{args.fine}}"
      provider: {web: {url: x}}
    - name: b
      interval: "{{args.wrong}}"
               #^^^^^^^^^^^^^^^^ analysis-metric: metrics[1]: invalid interval string: time: invalid duration "soon"
      provider: {web: {url: x}}
    - name: c
      interval: "{{args.open}}"
               #^^^^^^^^^^^^^^^ analysis-metric: metrics[2]: invalid interval string: time: invalid duration "{{args.open}}", unless…
      provider: {web: {url: x}}
`),
    { only },
  ));

test('a condition is marked where it does not compile; the type of the result is nobody to know', () =>
  void check(
    template(`
  metrics:
    - name: a
      successCondition: result[0] >= nothing
                                    #^^^^^^^ analysis-condition: unknown name nothing. Every measurement of this metric ends as an error.
      failureCondition: len(result.data) > 3 && 'result' != ''
      provider: {web: {url: x}}
`),
    {
      only,
      facts: libraryThat({
        '__r[0][0] >= nothing': { error: 'unknown name nothing', stage: 'compile', start: 13, end: 20 },
        "len(result.data) > 3 && 'result' != ''": { error: 'the result was not replaced' },
        "len(__r[0].data) > 3 && '__r[0]' != ''": { error: 'a text was replaced' },
      }),
    },
  ));

test('a Rollout beside the template tells how it is used', () =>
  void check(
    `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  strategy:
    canary:
      steps:
        - analysis:
            templates: [{templateName: errors}]
            args: [{name: service, value: web}]
---${template(`
  args: [{name: service}, {name: job}]
                         #^^^^^^^^^^^ analysis-argument: args.job was not resolved
  metrics:
    - name: a
      interval: 1m
      provider: {web: {url: '{{args.service}}'}}
`)}---${template(`
  metrics:
    - name: a
      interval: 1m
               #^^ analysis-argument: AnalysisTemplate errors has metric a which runs indefinitely. Invalid value for count: <nil>
      provider: {web: {url: x}}
`)}`,
    { only },
  ));
