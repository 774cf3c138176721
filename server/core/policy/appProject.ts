import { isSet, itemsOf, listOf, objectOf, textOf } from '../rollout/view.ts';
import { parseDuration } from '../text/duration.ts';
import type { Problem, ProblemFix } from '../text/finding.ts';
import { compileGlob } from '../text/gobwas.ts';
import type { JsonObject } from '../text/json.ts';
import { cronFault } from './cron.ts';
import { policyProblem } from './projectPolicy.ts';
import { change, isTemplate, remove } from './sources.ts';

/**
 * An AppProject as Argo CD's API checks it (argo-cd:pkg/apis/application/v1alpha1/app_project_types.go, ValidateProject). Upstream stops at
 * the first mistake; every one is told here.
 */
export function validateAppProject(project: JsonObject): readonly Problem[] {
  const spec = objectOf(project, 'spec');
  if (!spec) return [];
  const name = textOf(objectOf(project, 'metadata'), 'name');
  return [
    ...destinationProblems(spec),
    ...repeatedTexts(spec, 'sourceNamespaces', it => `source namespace '${it}' already added`),
    ...sourceProblems(spec),
    ...roleProblems(spec, name),
    ...windowProblems(spec),
    ...accountProblems(spec),
  ];
}

const code = 'invalid-project';

function destinationProblems(spec: JsonObject): readonly Problem[] {
  const seen = new Set<string>();
  return listOf(spec, 'destinations').flatMap((destination, i) => {
    const at = `/spec/destinations/${i}`;
    const [server, name, namespace] = ['server', 'name', 'namespace'].map(it => textOf(destination, it));
    const key = `${server === '' && name !== '' ? name : server}/${namespace}`;
    const again = seen.has(key) && !isTemplate(key);
    seen.add(key);
    return [
      ...['name', 'server', 'namespace']
        .filter(it => textOf(destination, it) === '!*')
        .map(it => ({ code, message: `${it} has an invalid format, '!*'`, path: `${at}/${it}` })),
      ...(again
        ? [
            {
              code,
              message: `destination '${key}' already added`,
              path: at,
              fixes: [remove('Remove the repetition', at)],
            },
          ]
        : []),
    ];
  });
}

function sourceProblems(spec: JsonObject): readonly Problem[] {
  const sources = itemsOf(spec, 'sourceRepos').map(String);
  const onlyDenies = sources.length > 0 && sources.every(it => it.startsWith('!') && it !== '!*');
  const message =
    'Only repositories to keep out are listed, so every other one is let in. Say so with "*", or list what is let in.';
  return [
    ...sources.flatMap((it, i) =>
      it === '!*'
        ? [{ code, message: "source repository has an invalid format, '!*'", path: `/spec/sourceRepos/${i}` }]
        : [],
    ),
    ...repeatedTexts(spec, 'sourceRepos', it => `source repository '${it}' already added`),
    ...(onlyDenies ? [{ code: 'deny-only-sources', message, path: '/spec/sourceRepos', part: 'key' as const }] : []),
  ];
}

function repeatedTexts(spec: JsonObject, key: string, sentence: (text: string) => string): readonly Problem[] {
  return repeats(itemsOf(spec, key).map(String)).map(({ text, index }) => {
    const path = `/spec/${key}/${index}`;
    return { code, message: sentence(text), path, fixes: [remove('Remove the repetition', path)] };
  });
}

function repeats(texts: readonly string[]): readonly { readonly text: string; readonly index: number }[] {
  return texts.flatMap((text, index) => (texts.indexOf(text) < index && !isTemplate(text) ? [{ text, index }] : []));
}

function roleProblems(spec: JsonObject, project: string): readonly Problem[] {
  const roles = listOf(spec, 'roles');
  const names = roles.map(it => textOf(it, 'name'));
  return roles.flatMap((role, i) => {
    const at = `/spec/roles/${i}`;
    const name = names[i] ?? '';
    const policies = itemsOf(role, 'policies').map(String);
    const groups = itemsOf(role, 'groups').map(String);
    return [
      ...(names.indexOf(name) < i ? [{ code, message: `role '${name}' already exists`, path: `${at}/name` }] : []),
      ...roleNameProblems(name, at),
      ...repeats(policies).map(({ text, index }) => ({
        code,
        message: `policy '${text}' already exists for role '${name}'`,
        path: `${at}/policies/${index}`,
        fixes: [remove('Remove the repetition', `${at}/policies/${index}`)],
      })),
      ...policies.flatMap((it, j) => policyProblem(it, { project, role: name }, `${at}/policies/${j}`)),
      ...repeats(groups).map(({ text, index }) => ({
        code,
        message: `group '${text}' already exists for role '${name}'`,
        path: `${at}/groups/${index}`,
        fixes: [remove('Remove the repetition', `${at}/groups/${index}`)],
      })),
      ...groups.flatMap((it, j) => groupProblem(it, `${at}/groups/${j}`)),
    ];
  });
}

function roleNameProblems(name: string, at: string): readonly Problem[] {
  if (isTemplate(name) || /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(name)) return [];
  const message = `invalid role name '${name}'. Must consist of alphanumeric characters, '-' or '_', and must start and end with an alphanumeric character`;
  return [{ code, message, path: `${at}/name` }];
}

function groupProblem(group: string, path: string): readonly Problem[] {
  if (isTemplate(group)) return [];
  const trimmed = group.trim();
  const quoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  const name = quoted ? trimmed.slice(1, -1) : trimmed;
  const fault =
    !quoted && name.includes(',')
      ? 'must be quoted'
      : name === ''
        ? 'is empty'
        : /["\n\r\t]/.test(name)
          ? 'contains invalid characters'
          : group.length > 1 && /^\s/.test(group)
            ? 'contains a leading space'
            : group.length > 1 && /\s$/.test(group)
              ? 'contains a trailing space'
              : undefined;
  return fault === undefined ? [] : [{ code, message: `group '${name}' ${fault}`, path }];
}

function windowProblems(spec: JsonObject): readonly Problem[] {
  const windows = listOf(spec, 'syncWindows');
  const keys = windows.map(identityOf);
  return windows.flatMap((window, i) => {
    const path = `/spec/syncWindows/${i}`;
    const [kind, schedule, duration] = ['kind', 'schedule', 'duration'].map(it => textOf(window, it));
    const repeated = keys.indexOf(keys[i] ?? '') < i;
    const message = `sync window with kind '${kind}', schedule '${schedule}', and duration '${duration}' already exists`;
    return [
      ...(repeated ? [{ code: windowCode, message, path, fixes: [remove('Remove the repetition', path)] }] : []),
      ...windowFaults(window, path),
    ];
  });
}

const windowCode = 'invalid-sync-window';

/** What makes two windows the same: everything but manualSync and description. */
function identityOf(window: JsonObject): string {
  const texts = ['kind', 'schedule', 'duration', 'timeZone'].map(it => textOf(window, it));
  const lists = ['applications', 'namespaces', 'clusters'].map(it => itemsOf(window, it));
  return JSON.stringify([...texts, ...lists, window.andOperator === true]);
}

function windowFaults(window: JsonObject, at: string): readonly Problem[] {
  const text = (key: string): string => textOf(window, key);
  const judged = (key: string): boolean => !isTemplate(text(key));
  const [kind, schedule, duration] = [text('kind'), text('schedule'), text('duration')];
  const cron = cronFault(schedule);
  const length = parseDuration(duration);
  const problem = (message: string, key: string): Problem => ({
    code: windowCode,
    message,
    path: isSet(window, key) ? `${at}/${key}` : at,
  });
  const targets = ['applications', 'namespaces', 'clusters'].some(it => itemsOf(window, it).length > 0);
  return [
    ...(judged('kind') && kind !== 'allow' && kind !== 'deny'
      ? [
          {
            ...problem(`kind '${kind}' mismatch: can only be allow or deny`, 'kind'),
            fixes: kindFixes(kind, `${at}/kind`),
          },
        ]
      : []),
    ...(judged('schedule') && cron !== undefined
      ? [problem(`cannot parse schedule '${schedule}': ${cron}`, 'schedule')]
      : []),
    ...(judged('duration') && 'error' in length
      ? [problem(`cannot parse duration '${duration}': ${length.error}`, 'duration')]
      : []),
    ...(targets
      ? []
      : [
          problem(`window '${kind}':'${schedule}':'${duration}' requires one of application, cluster or namespace`, ''),
        ]),
    ...(text('description').length > 255 ? [problem('description must not exceed 255 characters', 'description')] : []),
  ];
}

function kindFixes(kind: string, path: string): readonly ProblemFix[] {
  const meant = ['allow', 'deny'].find(it => it.startsWith(kind.slice(0, 1).toLowerCase()) && kind !== '');
  return meant === undefined ? [] : [change(`Change to ${meant}`, path, meant)];
}

function accountProblems(spec: JsonObject): readonly Problem[] {
  const seen = new Set<string>();
  return listOf(spec, 'destinationServiceAccounts').flatMap((entry, i) => {
    const at = `/spec/destinationServiceAccounts/${i}`;
    const account = textOf(entry, 'defaultServiceAccount');
    const key = `${textOf(entry, 'server')}/${textOf(entry, 'namespace')}`;
    const repeated = seen.has(key) && !isTemplate(key);
    seen.add(key);
    const badPattern = (it: string): boolean => !isTemplate(it) && (it.includes('!') || compileGlob(it) === undefined);
    const badAccount = !isTemplate(account) && (account.trim() === '' || /[!*[\]{}\\/]/.test(account));
    return [
      ...['server', 'namespace']
        .filter(it => badPattern(textOf(entry, it)))
        .map(it => ({ code, message: `${it} has an invalid format, '${textOf(entry, it)}'`, path: `${at}/${it}` })),
      ...(badAccount
        ? [
            {
              code,
              message: `defaultServiceAccount has an invalid format, '${account}'`,
              path: `${at}/defaultServiceAccount`,
            },
          ]
        : []),
      ...(repeated ? [{ code, message: `destinationServiceAccount '${key}' already added`, path: at }] : []),
    ];
  });
}
