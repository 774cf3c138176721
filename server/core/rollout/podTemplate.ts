import type { JsonObject } from '../text/json.ts';
import { checkContainers } from './containers.ts';
import {
  child,
  entry,
  forbidden,
  invalid,
  item,
  notSupported,
  type RolloutError,
  required,
  type Where,
} from './error.ts';
import { checkLabels, type Selection } from './labels.ts';
import {
  byteLength,
  labelProblems,
  labelValueProblems,
  qualifiedNameProblems,
  rangeSentence,
  subdomainProblems,
} from './names.ts';
import { checkPodSecurity } from './securityContext.ts';
import { isSet, listOf, numberOf, objectOf, textOf, textsOf } from './view.ts';
import { checkVolumes } from './volumes.ts';

/**
 * The pod template, as the controller has Kubernetes validate it for a ReplicaSet after filling in defaults (kubernetes:
 * pkg/apis/apps/validation/validation.go, pkg/apis/core/validation/validation.go). Checked: labels, annotations, containers and what they
 * hold, volumes, and the plain fields of the pod. Not checked: affinity, topology, security contexts and the rarer volume sources; the
 * API server judges those when pods are made, and nothing is reported rather than something wrong.
 */
export function checkPodTemplate(template: JsonObject, selection: Selection, at: Where): readonly RolloutError[] {
  const metadata = objectOf(template, 'metadata');
  const spec = objectOf(template, 'spec') ?? {};
  const inSpec = child(at, 'spec');
  // Kubernetes leaves `metadata` out of these two paths.
  const inMetadata = (name: string): Where => ({ field: `${at.field}.${name}`, path: `${at.path}/metadata/${name}` });
  return [
    ...checkSelection(selection, child(at, 'metadata', 'labels')),
    ...checkLabels(textsOf(metadata, 'labels'), inMetadata('labels')),
    ...checkAnnotations(textsOf(metadata, 'annotations'), inMetadata('annotations')),
    ...checkPodSpec(spec, inSpec),
    ...(listOf(spec, 'ephemeralContainers').length > 0
      ? [forbidden(child(inSpec, 'ephemeralContainers'), 'ephemeral containers not allowed in pod template')]
      : []),
    ...checkRestartPolicyOfReplicaSet(spec, inSpec),
    ...(isSet(spec, 'activeDeadlineSeconds')
      ? [forbidden(child(inSpec, 'activeDeadlineSeconds'), 'activeDeadlineSeconds in ReplicaSet is not Supported')]
      : []),
  ];
}

function checkSelection(selection: Selection, at: Where): readonly RolloutError[] {
  if (selection.error || selection.empty || selection.matches) return [];
  return [invalid(at, undefined, '`selector` does not match template `labels`', { part: 'key' })];
}

const annotationsLimit = 256 * 1024;

export function checkAnnotations(
  annotations: readonly (readonly [string, string])[],
  at: Where,
): readonly RolloutError[] {
  const size = annotations.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [
    // Case does not matter in keys of annotations.
    ...annotations.flatMap(([key]) =>
      qualifiedNameProblems(key.toLowerCase()).map(it =>
        invalid(at, key, it, { path: entry(at, key).path, part: 'key' }),
      ),
    ),
    ...(size > annotationsLimit
      ? [
          {
            type: 'FieldValueTooLong',
            field: at.field,
            path: at.path,
            detail: `may not be more than ${annotationsLimit} bytes`,
            badValue: '',
          } as const,
        ]
      : []),
  ];
}

function checkPodSpec(spec: JsonObject, at: Where): readonly RolloutError[] {
  const volumes = checkVolumes(listOf(spec, 'volumes'), child(at, 'volumes'));
  return [
    ...volumes.errors,
    ...checkContainers(spec, volumes.names, at),
    ...checkRestartPolicy(textOf(spec, 'restartPolicy'), child(at, 'restartPolicy')),
    ...checkDnsPolicy(textOf(spec, 'dnsPolicy'), child(at, 'dnsPolicy')),
    ...checkLabels(textsOf(spec, 'nodeSelector'), child(at, 'nodeSelector')),
    ...checkPodSecurity(objectOf(spec, 'securityContext'), child(at, 'securityContext')),
    ...named(spec, 'serviceAccountName', subdomainProblems, at),
    ...named(spec, 'nodeName', subdomainProblems, at),
    ...checkDeadline(numberOf(spec, 'activeDeadlineSeconds'), child(at, 'activeDeadlineSeconds')),
    ...named(spec, 'hostname', labelProblems, at),
    ...named(spec, 'subdomain', labelProblems, at),
    ...listOf(spec, 'tolerations').flatMap((it, i) => checkToleration(it, item(child(at, 'tolerations'), i))),
    ...named(spec, 'priorityClassName', subdomainProblems, at),
    ...(isSet(spec, 'runtimeClassName') ? named(spec, 'runtimeClassName', subdomainProblems, at, true) : []),
    ...checkPreemption(spec, at),
  ];
}

function named(
  spec: JsonObject,
  key: string,
  problems: (name: string) => readonly string[],
  at: Where,
  evenEmpty = false,
): readonly RolloutError[] {
  const name = textOf(spec, key);
  return name === '' && !evenEmpty ? [] : problems(name).map(it => invalid(child(at, key), name, it));
}

function checkRestartPolicy(policy: string, at: Where): readonly RolloutError[] {
  const values = ['Always', 'OnFailure', 'Never'];
  return policy === '' || values.includes(policy) ? [] : [notSupported(at, policy, values)];
}

function checkRestartPolicyOfReplicaSet(spec: JsonObject, at: Where): readonly RolloutError[] {
  const policy = textOf(spec, 'restartPolicy');
  return policy === '' || policy === 'Always' ? [] : [notSupported(child(at, 'restartPolicy'), policy, ['Always'])];
}

function checkDnsPolicy(policy: string, at: Where): readonly RolloutError[] {
  const values = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
  if (policy === '' || values.includes(policy)) return [];
  const { badValue: _, ...error } = notSupported(at, policy, values);
  return [error];
}

function checkDeadline(seconds: number | undefined, at: Where): readonly RolloutError[] {
  const most = 2147483647;
  return seconds === undefined || (seconds >= 1 && seconds <= most)
    ? []
    : [invalid(at, seconds, rangeSentence(1, most))];
}

function checkPreemption(spec: JsonObject, at: Where): readonly RolloutError[] {
  if (!isSet(spec, 'preemptionPolicy')) return [];
  const policy = textOf(spec, 'preemptionPolicy');
  const values = ['PreemptLowerPriority', 'Never'];
  if (values.includes(policy)) return [];
  const place = child(at, 'preemptionPolicy');
  if (policy === '') return [required(place)];
  const { badValue: _, ...error } = notSupported(place, policy, values);
  return [error];
}

function checkToleration(toleration: JsonObject, at: Where): readonly RolloutError[] {
  const [key, operator, value, effect] = ['key', 'operator', 'value', 'effect'].map(it => textOf(toleration, it)) as [
    string,
    string,
    string,
    string,
  ];
  const emptyKey = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
  return [
    ...(key === '' ? [] : qualifiedNameProblems(key).map(it => invalid(child(at, 'key'), key, it))),
    ...(key === '' && operator !== 'Exists' ? [invalid(child(at, 'operator'), operator, emptyKey)] : []),
    ...(isSet(toleration, 'tolerationSeconds') && effect !== 'NoExecute'
      ? [invalid(child(at, 'effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...checkTolerationOperator(operator, value, child(at, 'operator')),
    ...checkEffect(effect, child(at, 'effect')),
  ];
}

function checkTolerationOperator(operator: string, value: string, at: Where): readonly RolloutError[] {
  if (operator === 'Exists') {
    return value === '' ? [] : [invalid(at, value, "value must be empty when `operator` is 'Exists'")];
  }
  if (operator !== '' && operator !== 'Equal') return [notSupported(at, operator, ['Equal', 'Exists'])];
  const problems = labelValueProblems(value);
  return problems.length === 0 ? [] : [invalid(at, value, problems.join(';'))];
}

function checkEffect(effect: string, at: Where): readonly RolloutError[] {
  const values = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
  if (effect === '' || values.includes(effect)) return [];
  return [notSupported(at, effect, values)];
}
