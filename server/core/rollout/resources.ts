import type { JsonObject } from '../text/json.ts';
import { canonicalQuantity, parseQuantity } from '../text/quantity.ts';
import { child, entry, forbidden, invalid, type RolloutError, required, type Where } from './error.ts';
import { qualifiedNameProblems } from './names.ts';
import { objectOf } from './view.ts';

/** Requests and limits of a container (kubernetes: pkg/apis/core/validation/validation.go, validateResourceRequirements). */
export function checkResources(resources: JsonObject | undefined, at: Where): readonly RolloutError[] {
  const limits = quantities(objectOf(resources, 'limits'));
  const requests = quantities(objectOf(resources, 'requests'));
  const [inLimits, inRequests] = [child(at, 'limits'), child(at, 'requests')];
  const names = [...limits, ...requests].map(it => it.name);
  const huge = names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory');
  return [
    ...limits.flatMap(it => checkAmount(it, entry(inLimits, it.name))),
    ...requests.flatMap(it => [
      ...checkAmount(it, entry(inRequests, it.name)),
      ...checkAgainstLimit(
        it,
        limits.find(limit => limit.name === it.name),
        inRequests,
        inLimits,
      ),
    ]),
    ...(huge ? [forbidden(at, 'HugePages require cpu or memory')] : []),
  ];
}

interface Amount {
  readonly name: string;
  readonly text: string;
  readonly nano: bigint;
}

function quantities(list: JsonObject | undefined): readonly Amount[] {
  return Object.entries(list ?? {}).flatMap(([name, value]) => {
    const quantity = parseQuantity(String(value));
    return 'error' in quantity ? [] : [{ name, text: canonicalQuantity(String(value)), nano: quantity.nano }];
  });
}

function checkAmount({ name, text, nano }: Amount, at: Where): readonly RolloutError[] {
  const whole = isExtended(name) || integerNames.has(name);
  return [
    ...checkName(name, at),
    ...(nano < 0n ? [invalid(at, text, 'must be greater than or equal to 0')] : []),
    ...(whole && nano % 1_000_000_000n !== 0n ? [invalid(at, undefined, 'must be an integer')] : []),
  ];
}

function checkName(name: string, at: Where): readonly RolloutError[] {
  const form = qualifiedNameProblems(name).map(it => invalid(at, name, it, { part: 'key' }));
  const plain = !name.includes('/');
  const unknown =
    form.length === 0 &&
    plain &&
    !standardNames.has(name) &&
    !name.startsWith('hugepages-') &&
    !name.startsWith('requests.hugepages-')
      ? [invalid(at, name, 'must be a standard resource type or fully qualified', { part: 'key' })]
      : [];
  return [...form, ...unknown, ...checkContainerName(name, plain, at)];
}

function checkContainerName(name: string, plain: boolean, at: Where): readonly RolloutError[] {
  if (plain) {
    return containerNames.has(name) || isHugePages(name)
      ? []
      : [invalid(at, name, 'must be a standard resource for containers', { part: 'key' })];
  }
  return isNative(name) || isExtended(name)
    ? []
    : [invalid(at, name, "doesn't follow extended resource name standard", { part: 'key' })];
}

function checkAgainstLimit(
  request: Amount,
  limit: Amount | undefined,
  at: Where,
  inLimits: Where,
): readonly RolloutError[] {
  const overcommit = isNative(request.name) && !isHugePages(request.name);
  // Kubernetes names the list of requests; the entry is what must change.
  const here = { path: entry(at, request.name).path };
  if (!limit) return overcommit ? [] : [required(inLimits, 'Limit must be set for non overcommitable resources')];
  if (request.nano !== limit.nano && !overcommit) {
    return [invalid(at, request.text, `must be equal to ${request.name} limit of ${limit.text}`, here)];
  }
  return request.nano > limit.nano
    ? [invalid(at, request.text, `must be less than or equal to ${request.name} limit of ${limit.text}`, here)]
    : [];
}

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedNameProblems(`requests.${name}`).length === 0;

const containerNames: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const integerNames: ReadonlySet<string> = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const standardNames: ReadonlySet<string> = new Set([
  ...containerNames,
  ...integerNames,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
  'requests.storage',
]);
