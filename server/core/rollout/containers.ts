import type { JsonObject } from '../text/json.ts';
import {
  child,
  duplicate,
  forbidden,
  invalid,
  item,
  notFound,
  notSupported,
  type RolloutError,
  required,
  type Where,
} from './error.ts';
import {
  configKeyProblems,
  envNameProblems,
  labelProblems,
  portNameProblems,
  portNumberProblems,
  subdomainProblems,
} from './names.ts';
import { checkLifecycle, checkProbe } from './probes.ts';
import { checkResources } from './resources.ts';
import { checkUsers } from './securityContext.ts';
import { isSet, listOf, numberOf, objectOf, textOf } from './view.ts';
import { checkSubPath } from './volumes.ts';

/** Containers of a pod and what they hold (kubernetes: pkg/apis/core/validation/validation.go). */
export function checkContainers(spec: JsonObject, volumes: ReadonlySet<string>, at: Where): readonly RolloutError[] {
  const containers = listOf(spec, 'containers');
  const grace = numberOf(spec, 'terminationGracePeriodSeconds') ?? 30;
  return [
    ...checkRegular(containers, volumes, grace, child(at, 'containers')),
    ...checkInit(listOf(spec, 'initContainers'), containers, { volumes, grace }, child(at, 'initContainers')),
  ];
}

function checkRegular(
  containers: readonly JsonObject[],
  volumes: ReadonlySet<string>,
  grace: number,
  at: Where,
): readonly RolloutError[] {
  if (containers.length === 0) return [required(at)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, i) => {
    const place = item(at, i);
    const name = textOf(container, 'name');
    const taken = names.has(name);
    names.add(name);
    return [
      ...checkCommon(container, volumes, place),
      ...(taken ? [duplicate(child(place, 'name'), name)] : []),
      ...checkLifecycle(objectOf(container, 'lifecycle'), grace, child(place, 'lifecycle')),
      ...checkProbes(container, place),
      ...(isSet(container, 'restartPolicy')
        ? [forbidden(child(place, 'restartPolicy'), 'may not be set for non-init containers')]
        : []),
    ];
  });
  return [...errors, ...checkHostPorts(containers, at)];
}

function checkInit(
  containers: readonly JsonObject[],
  regular: readonly JsonObject[],
  { volumes, grace }: { readonly volumes: ReadonlySet<string>; readonly grace: number },
  at: Where,
): readonly RolloutError[] {
  const names = new Set(regular.map(it => textOf(it, 'name')));
  return containers.flatMap((container, i) => {
    const place = item(at, i);
    const name = textOf(container, 'name');
    const taken = names.has(name);
    if (name !== '') names.add(name);
    const policy = textOf(container, 'restartPolicy');
    return [
      ...checkCommon(container, volumes, place),
      ...(isSet(container, 'restartPolicy') && policy !== 'Always'
        ? [notSupported(child(place, 'restartPolicy'), policy, ['Always'])]
        : []),
      ...(taken ? [duplicate(child(place, 'name'), name)] : []),
      // Kubernetes names the list, as if this were its first container.
      ...checkHostPorts([container], at),
      ...(policy === 'Always'
        ? [
            ...checkLifecycle(objectOf(container, 'lifecycle'), grace, child(place, 'lifecycle')),
            ...checkProbes(container, place),
          ]
        : ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']
            .filter(it => isSet(container, it))
            .map(it => forbidden(child(place, it), 'may not be set for init containers without restartPolicy=Always'))),
      ...(listOf(container, 'resizePolicy').length > 0
        ? [invalid(child(place, 'resizePolicy'), undefined, 'must not be set for init containers')]
        : []),
    ];
  });
}

function checkProbes(container: JsonObject, at: Where): readonly RolloutError[] {
  return (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap(it =>
    checkProbe(objectOf(container, it), it, child(at, it)),
  );
}

function checkCommon(container: JsonObject, volumes: ReadonlySet<string>, at: Where): readonly RolloutError[] {
  const name = textOf(container, 'name');
  return [
    ...(name === ''
      ? [required(child(at, 'name'))]
      : labelProblems(name).map(it => invalid(child(at, 'name'), name, it))),
    ...(textOf(container, 'image') === '' ? [required(child(at, 'image'))] : []),
    ...oneOf(container, 'terminationMessagePolicy', ['File', 'FallbackToLogsOnError'], at),
    ...checkPorts(listOf(container, 'ports'), child(at, 'ports')),
    ...listOf(container, 'env').flatMap((it, i) => checkEnv(it, item(child(at, 'env'), i))),
    ...checkEnvFrom(listOf(container, 'envFrom'), child(at, 'envFrom')),
    ...checkMounts(container, volumes, child(at, 'volumeMounts')),
    ...oneOf(container, 'imagePullPolicy', ['Always', 'IfNotPresent', 'Never'], at),
    ...checkResources(objectOf(container, 'resources'), child(at, 'resources')),
    ...checkUsers(objectOf(container, 'securityContext'), child(at, 'securityContext')),
  ];
}

function oneOf(parent: JsonObject, key: string, values: readonly string[], at: Where): readonly RolloutError[] {
  const value = textOf(parent, key);
  return value === '' || values.includes(value) ? [] : [notSupported(child(at, key), value, values)];
}

function checkPorts(ports: readonly JsonObject[], at: Where): readonly RolloutError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const place = item(at, i);
    const name = textOf(port, 'name');
    const [inside, outside] = [numberOf(port, 'containerPort') ?? 0, numberOf(port, 'hostPort') ?? 0];
    return [
      ...checkPortName(name, names, child(place, 'name')),
      ...(inside === 0
        ? [required(child(place, 'containerPort'))]
        : portNumberProblems(inside).map(it => invalid(child(place, 'containerPort'), inside, it))),
      ...(outside === 0 ? [] : portNumberProblems(outside).map(it => invalid(child(place, 'hostPort'), outside, it))),
      ...oneOf(port, 'protocol', ['SCTP', 'TCP', 'UDP'], place),
    ];
  });
}

function checkPortName(name: string, names: Set<string>, at: Where): readonly RolloutError[] {
  if (name === '') return [];
  const problems = portNameProblems(name);
  if (problems.length > 0) return problems.map(it => invalid(at, name, it));
  if (names.has(name)) return [duplicate(at, name)];
  names.add(name);
  return [];
}

function checkHostPorts(containers: readonly JsonObject[], at: Where): readonly RolloutError[] {
  const taken = new Set<string>();
  return containers.flatMap((container, i) =>
    listOf(container, 'ports').flatMap((port, j) => {
      const number = numberOf(port, 'hostPort') ?? 0;
      if (number === 0) return [];
      const key = `${textOf(port, 'protocol') || 'TCP'}/${textOf(port, 'hostIP')}/${number}`;
      if (taken.has(key)) return [duplicate(child(item(child(item(at, i), 'ports'), j), 'hostPort'), key)];
      taken.add(key);
      return [];
    }),
  );
}

function checkEnv(variable: JsonObject, at: Where): readonly RolloutError[] {
  const name = textOf(variable, 'name');
  const place = child(at, 'name');
  return [
    ...(name === '' ? [required(place)] : envNameProblems(name).map(it => invalid(place, name, it))),
    ...checkValueFrom(variable, child(at, 'valueFrom')),
  ];
}

function checkValueFrom(variable: JsonObject, at: Where): readonly RolloutError[] {
  const from = objectOf(variable, 'valueFrom');
  if (!from) return [];
  const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];
  const count = sources.filter(it => isSet(from, it)).length;
  return [
    ...checkFieldRef(objectOf(from, 'fieldRef'), child(at, 'fieldRef')),
    ...(['configMapKeyRef', 'secretKeyRef'] as const).flatMap(it => checkKeyRef(objectOf(from, it), child(at, it))),
    ...checkSourceCount(count, textOf(variable, 'value') !== '', at),
  ];
}

function checkSourceCount(count: number, hasValue: boolean, at: Where): readonly RolloutError[] {
  if (count === 0) {
    return [
      invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'),
    ];
  }
  if (hasValue) return [invalid(at, '', 'may not be specified when `value` is not empty')];
  return count > 1 ? [invalid(at, '', 'may not have more than one field specified at a time')] : [];
}

/** The rest of a field reference (which fields exist) is left to the API server, whose list grows with its version. */
function checkFieldRef(reference: JsonObject | undefined, at: Where): readonly RolloutError[] {
  return reference && textOf(reference, 'fieldPath') === '' ? [required(child(at, 'fieldPath'))] : [];
}

function checkKeyRef(reference: JsonObject | undefined, at: Where): readonly RolloutError[] {
  if (!reference) return [];
  const [name, key] = [textOf(reference, 'name'), textOf(reference, 'key')];
  return [
    ...subdomainProblems(name).map(it => invalid(child(at, 'name'), name, it)),
    ...(key === ''
      ? [required(child(at, 'key'))]
      : configKeyProblems(key).map(it => invalid(child(at, 'key'), key, it))),
  ];
}

function checkEnvFrom(sources: readonly JsonObject[], at: Where): readonly RolloutError[] {
  return sources.flatMap((source, i) => {
    const place = item(at, i);
    const prefix = textOf(source, 'prefix');
    const given = ['configMapRef', 'secretRef'].filter(it => isSet(source, it));
    // Kubernetes names the list here, not the entry.
    const here = { path: place.path };
    return [
      ...(prefix === '' ? [] : envNameProblems(prefix).map(it => invalid(child(place, 'prefix'), prefix, it))),
      ...given.flatMap(it => checkEnvSource(objectOf(source, it), child(place, it))),
      ...(given.length === 0 ? [invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`', here)] : []),
      ...(given.length > 1 ? [invalid(at, '', 'may not have more than one field specified at a time', here)] : []),
    ];
  });
}

function checkEnvSource(source: JsonObject | undefined, at: Where): readonly RolloutError[] {
  const name = textOf(source, 'name');
  if (name === '') return [required(child(at, 'name'))];
  // A trailing hyphen is allowed here, because the name is judged as a prefix.
  return subdomainProblems(name.endsWith('-') ? `${name.slice(0, -1)}a` : name).map(it =>
    invalid(child(at, 'name'), name, it),
  );
}

function checkMounts(container: JsonObject, volumes: ReadonlySet<string>, at: Where): readonly RolloutError[] {
  const paths = new Set<string>();
  const devices = listOf(container, 'volumeDevices');
  return listOf(container, 'volumeMounts').flatMap((mount, i) => {
    const place = item(at, i);
    const [name, path] = [textOf(mount, 'name'), textOf(mount, 'mountPath')];
    const taken = paths.has(path);
    paths.add(path);
    return [
      ...(name === '' ? [required(child(place, 'name'))] : []),
      ...(volumes.has(name) ? [] : [notFound(child(place, 'name'), name)]),
      ...(path === '' ? [required(child(place, 'mountPath'))] : []),
      ...(taken ? [invalid(child(place, 'mountPath'), path, 'must be unique')] : []),
      ...(devices.some(it => textOf(it, 'name') === name)
        ? [invalid(child(place, 'name'), name, 'must not already exist in volumeDevices')]
        : []),
      ...(devices.some(it => textOf(it, 'devicePath') === path)
        ? [invalid(child(place, 'mountPath'), path, 'must not already exist as a path in volumeDevices')]
        : []),
      ...checkSubPaths(mount, at, place),
    ];
  });
}

function checkSubPaths(mount: JsonObject, list: Where, at: Where): readonly RolloutError[] {
  const [path, expression] = [textOf(mount, 'subPath'), textOf(mount, 'subPathExpr')];
  // Kubernetes names the list here, not the entry.
  const place = (name: string): Where => ({ field: child(list, name).field, path: child(at, name).path });
  return [
    ...(path === '' ? [] : checkSubPath(path, place('subPath'))),
    ...(expression !== '' && path !== ''
      ? [invalid(child(at, 'subPathExpr'), expression, 'subPathExpr and subPath are mutually exclusive')]
      : []),
    ...(expression === '' ? [] : checkSubPath(expression, place('subPathExpr'))),
  ];
}
