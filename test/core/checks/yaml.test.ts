import { describe, expect, it } from 'vitest';
import { check, fixed } from '../../support/check.ts';

describe('duplicate-key', () => {
  it('marks the one that counts', () =>
    check(
      `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: a
  name: b
 #^^^^ duplicate-key: "name" stands more than once here; only this last one counts. Remove the others.
`,
      { only: ['duplicate-key'] },
    ));
});

describe('unquoted-template', () => {
  const set = `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  template:
    metadata:
      name: {{ .x }}
           #^^^^^^^^ unquoted-template: A value that begins with "{" is a map to YAML, not text. Put the template in quotes.
`;
  it('is one finding where it is a mistake of YAML too', () =>
    check(
      `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  template:
    metadata:
      name: {{ .x }}-{{ .y }} # why
           #^^^^^^^^^^^^^^^^^ unquoted-template…
    spec:
      project: default
`,
      { only: ['unquoted-template', 'yaml-syntax'] },
    ));
  it('is told where it stands', () => check(set, { only: ['unquoted-template'] }));
  it('is put in quotes by its fix', () => expect(fixed(set, 'unquoted-template')).toContain('name: "{{ .x }}"\n'));
});

describe('yaml-syntax', () => {
  it('stands where the parser stumbles', () =>
    check(
      `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: 'a' b
           #^ yaml-syntax: Nothing may follow here…
  labels: {a: b} {c: d}
                #^ yaml-syntax: Nothing may follow here…
`,
      { only: ['yaml-syntax'] },
    ));
});

describe('silence', () => {
  it('on YAML that is not ours, however broken', () =>
    check(`
#- compose.yaml
services: {web: {image: nginx, image: nginx}}
#- .github/workflows/ci.yml
on: push
on: push
jobs: [
#- chart/templates/app.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ .Values.x }}, name: b}
`));
  it('where a comment asks for it', () =>
    check(
      `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: a
  name: b # gitops-ignore: duplicate-key
  labels: {}
  # gitops-ignore: duplicate-key
  labels: {}
`,
      { only: ['duplicate-key', 'unused-ignore'] },
    ));
  it('but says when there is nothing to silence', () =>
    check(
      `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: a # gitops-ignore: duplicate-key
         #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-ignore: Nothing here reports duplicate-key. Remove it from the comment.
`,
      { only: ['unused-ignore'] },
    ));
  it('and when no finding has that name', () => {
    const text = `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: a # gitops-ignore: duplicate-keys
         #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-ignore: No finding has the code duplicate-keys. Did you mean duplicate-key?
`;
    check(text, { only: ['unused-ignore'] });
    expect(fixed(text, 'unused-ignore')).toContain('  name: a\n');
  });
  it('a comment above the first key silences a whole document', () =>
    check(
      `
# gitops-ignore: duplicate-key
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: a
  name: b
`,
      { only: ['duplicate-key', 'unused-ignore'] },
    ));
});
