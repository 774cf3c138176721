import type { JsonObject } from '../text/json.ts';
import { child, duplicate, forbidden, invalid, item, type RolloutError, required, type Where } from './error.ts';
import { labelProblems } from './names.ts';
import { isSet, listOf, numberOf, objectOf, textOf } from './view.ts';

/** Volumes of a pod; a volume with an error does not count for the mounts (kubernetes: pkg/apis/core/validation/validation.go). */
export function checkVolumes(
  volumes: readonly JsonObject[],
  at: Where,
): { readonly names: ReadonlySet<string>; readonly errors: readonly RolloutError[] } {
  const names = new Set<string>();
  const errors = volumes.flatMap((volume, i) => {
    const found = checkVolume(volume, names, item(at, i));
    if (found.length === 0) names.add(textOf(volume, 'name'));
    return found;
  });
  return { names, errors };
}

function checkVolume(volume: JsonObject, taken: ReadonlySet<string>, at: Where): readonly RolloutError[] {
  const name = textOf(volume, 'name');
  const place = child(at, 'name');
  return [
    ...checkSources(volume, at),
    ...(name === '' ? [required(place)] : labelProblems(name).map(it => invalid(place, name, it))),
    ...(taken.has(name) ? [duplicate(place, name)] : []),
  ];
}

/** In the order in which Kubernetes looks; the first one that is set is the volume's type. */
const sources = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephFS',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
];

/** Where the manifest's field is not the word in Kubernetes' path. */
const fieldOf: Readonly<Record<string, string>> = { cephFS: 'cephfs' };
const misspelt: Readonly<Record<string, string>> = { downwardAPI: 'downwarAPI' };

function checkSources(volume: JsonObject, at: Where): readonly RolloutError[] {
  const given = sources.filter(it => isSet(volume, fieldOf[it] ?? it));
  // A volume without a type becomes an emptyDir by default, so that is no error.
  return given.flatMap((source, i) => {
    const place = child(at, fieldOf[source] ?? source);
    return i > 0
      ? [
          forbidden(
            { field: `${at.field}.${misspelt[source] ?? source}`, path: place.path },
            'may not specify more than 1 volume type',
          ),
        ]
      : (checks[source]?.(objectOf(volume, fieldOf[source] ?? source) ?? {}, place) ?? []);
  });
}

const checks: Readonly<Record<string, (source: JsonObject, at: Where) => readonly RolloutError[]>> = {
  hostPath: (source, at) =>
    textOf(source, 'path') === ''
      ? [required(child(at, 'path'))]
      : checkBacksteps(textOf(source, 'path'), child(at, 'path')),
  secret: (source, at) => [
    ...need(source, 'secretName', at),
    ...checkMode(source, 'defaultMode', at),
    ...checkItems(source, at),
  ],
  configMap: (source, at) => [
    ...need(source, 'name', at),
    ...checkMode(source, 'defaultMode', at),
    ...checkItems(source, at),
  ],
  persistentVolumeClaim: (source, at) => need(source, 'claimName', at),
  nfs: (source, at) => [
    ...need(source, 'server', at),
    ...need(source, 'path', at),
    ...(textOf(source, 'path').startsWith('/')
      ? []
      : [invalid(child(at, 'path'), textOf(source, 'path'), 'must be an absolute path')]),
  ],
};

function need(source: JsonObject, key: string, at: Where): readonly RolloutError[] {
  return textOf(source, key) === '' ? [required(child(at, key))] : [];
}

function checkMode(source: JsonObject, key: string, at: Where): readonly RolloutError[] {
  const mode = numberOf(source, key);
  return mode === undefined || (mode >= 0 && mode <= 0o777)
    ? []
    : [invalid(child(at, key), mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

function checkItems(source: JsonObject, at: Where): readonly RolloutError[] {
  return listOf(source, 'items').flatMap((it, i) => {
    const place = item(child(at, 'items'), i);
    const path = textOf(it, 'path');
    return [
      ...need(it, 'key', place),
      ...need(it, 'path', place),
      ...checkLocalPath(path, child(place, 'path')),
      ...checkMode(it, 'mode', place),
    ];
  });
}

function checkLocalPath(path: string, at: Where): readonly RolloutError[] {
  const reserved = path.startsWith('..') && !path.startsWith('../');
  return [...checkSubPath(path, at), ...(reserved ? [invalid(at, path, "must not start with '..'")] : [])];
}

/** A path inside a volume: relative, and never climbing out. */
export function checkSubPath(path: string, at: Where): readonly RolloutError[] {
  return [...(path.startsWith('/') ? [invalid(at, path, 'must be a relative path')] : []), ...checkBacksteps(path, at)];
}

function checkBacksteps(path: string, at: Where): readonly RolloutError[] {
  return path.split('/').includes('..') ? [invalid(at, path, "must not contain '..'")] : [];
}
