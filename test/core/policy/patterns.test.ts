import { expect, test } from 'vitest';
import { cronFault } from '../../../server/core/policy/cron.ts';
import { isDestinationPermitted, isSourcePermitted, namespaceFault } from '../../../server/core/policy/permissions.ts';
import { compileGlob, globMatches } from '../../../server/core/text/gobwas.ts';
import type { JsonObject } from '../../../server/core/text/json.ts';

test.each([
  ['*', 'a/b', '', true],
  ['*', 'a/b', '/', false],
  ['**', 'a/b', '/', true],
  ['a?c', 'abc', '/', true],
  ['a?c', 'a/c', '/', false],
  ['[a-c]x', 'bx', '', true],
  ['[!a-c]x', 'bx', '', false],
  ['{dev,prod-*}', 'prod-eu', '', true],
  ['a\\*', 'a*', '', true],
  ['a\\*', 'ab', '', false],
  ['', '', '', true],
])('%s against %s with separators "%s": %s', (pattern, text, separators, expected) => {
  expect(globMatches(pattern, text, separators)).toBe(expected);
});

test.each(['[', '{a', '[]', '[c-a]', '\\'])('%s is no pattern', pattern => {
  expect(compileGlob(pattern)).toBeUndefined();
});

test('a pattern with many stars ends', () => {
  expect(globMatches(`${'*a'.repeat(200)}b`, 'a'.repeat(2000))).toBe(false);
});

test.each([
  ['0 8 * * mon-fri', undefined],
  ['TZ=Europe/Berlin */5 0-6 1,15 jan ?', undefined],
  ['', 'empty spec string'],
  ['0 8 * *', 'expected exactly 5 fields, found 4: [0 8 * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['* * * * 5-1', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['@daily', 'parser does not accept descriptors: @daily'],
])('schedule "%s": %s', (schedule, fault) => {
  expect(cronFault(schedule)).toBe(fault);
});

test('repositories are compared as Argo CD spells them, and denials alone let in the rest', () => {
  const project = (...sourceRepos: string[]) => ({ spec: { sourceRepos } });
  expect(isSourcePermitted(project('https://github.com/Acme/*'), 'https://github.com/acme/apps.git')).toBe(true);
  expect(isSourcePermitted(project('https://github.com/acme/*'), 'https://github.com/acme/a/b')).toBe(false);
  expect(isSourcePermitted(project('*', '!https://github.com/acme/secret'), 'https://github.com/acme/secret')).toBe(
    false,
  );
  expect(isSourcePermitted(project('!https://github.com/acme/secret'), 'https://anything.example.com/x')).toBe(true);
  expect(isSourcePermitted(project(), 'https://github.com/acme/apps')).toBe(false);
});

test('a denied name refuses every namespace, a denied server only its own', () => {
  const everything = { name: '*', server: '*', namespace: '*' };
  const to = (name: string, server: string, namespace: string) => ({ name, server, namespace });
  const byName = { spec: { destinations: [everything, { name: '!prod', namespace: 'web' }] } };
  expect(isDestinationPermitted(byName, to('prod', 'https://prod', 'shop'))).toBe(false);
  const byServer = { spec: { destinations: [everything, { server: '!https://prod', namespace: 'web' }] } };
  expect(isDestinationPermitted(byServer, to('prod', 'https://prod', 'web'))).toBe(false);
  expect(isDestinationPermitted(byServer, to('prod', 'https://prod', 'shop'))).toBe(true);
});

test('a resource stays out of a namespace that no destination of its project names, unless a rule is about an unknown word', () => {
  const project = (destinations: JsonObject[]): JsonObject => ({ metadata: { name: 'web' }, spec: { destinations } });
  const prod = { server: 'https://prod', namespace: 'shop' };
  const shops = project([{ server: 'https://prod', namespace: 'shop-*' }]);
  expect(namespaceFault(shops, prod, 'shop-a')).toBeUndefined();
  expect(namespaceFault(shops, prod, 'kube-system')).toBe("namespace kube-system is not permitted in project 'web'");
  expect(namespaceFault(project([{ name: 'prod', namespace: '*' }]), prod, 'kube-system')).toBeUndefined();
});
