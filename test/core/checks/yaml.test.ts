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
           #^^^^^^^^ unquoted-template: This template is read as a YAML map, because a value that begins with "{" is one. Put it in quotes.
`;
  it('is told where it stands', () => check(set, { only: ['unquoted-template'] }));
  it('is put in quotes by its fix', () => expect(fixed(set, 'unquoted-template')).toContain('name: "{{ .x }}"\n'));
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
         #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unused-ignore: Nothing here reports duplicate-key; remove it from the comment.
`,
      { only: ['unused-ignore'] },
    ));
});
