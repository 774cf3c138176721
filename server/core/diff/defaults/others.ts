import type { Json } from '../../text/json.ts';
import { type Defaulter, inner, innerIfAny, isBlank, setIfBlank, setIfNull, setIfZero, sizeAt } from './values.ts';

/** kubernetes:pkg/apis/rbac/v1/defaults.go */
const rbacGroup = 'rbac.authorization.k8s.io';
const roleRef: Defaulter = object => setIfBlank(inner(object, 'roleRef'), { apiGroup: rbacGroup });

export const rbacDefaults: Readonly<Record<string, Defaulter>> = {
  ClusterRoleBinding: roleRef,
  RoleBinding: roleRef,
  Subject: object => {
    if (object.kind === 'User' || object.kind === 'Group') setIfBlank(object, { apiGroup: rbacGroup });
  },
};

/** kubernetes:pkg/apis/networking/v1/defaults.go */
export const networkingDefaults: Readonly<Record<string, Defaulter>> = {
  NetworkPolicyPort: object => setIfNull(object, { protocol: 'TCP' }),
  NetworkPolicy: object => {
    const spec = inner(object, 'spec');
    if (sizeAt(spec, 'policyTypes') === 0)
      spec.policyTypes = sizeAt(spec, 'egress') > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  IngressClass: object => {
    const parameters = innerIfAny(inner(object, 'spec'), 'parameters');
    if (parameters) setIfNull(parameters, { scope: 'Cluster' });
  },
};

/** kubernetes:pkg/apis/storage/v1/defaults.go */
export const storageDefaults: Readonly<Record<string, Defaulter>> = {
  StorageClass: object => setIfNull(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  CSIDriver: object => {
    const spec = inner(object, 'spec');
    setIfNull(spec, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      requiresRepublish: false,
      seLinuxMount: false,
    });
    if (sizeAt(spec, 'volumeLifecycleModes') === 0) spec.volumeLifecycleModes = ['Persistent'];
  },
};

/** kubernetes:pkg/apis/scheduling/v1/defaults.go, pkg/apis/discovery/v1/defaults.go */
export const schedulingDefaults: Readonly<Record<string, Defaulter>> = {
  PriorityClass: object => setIfNull(object, { preemptionPolicy: 'PreemptLowerPriority' }),
};

export const discoveryDefaults: Readonly<Record<string, Defaulter>> = {
  EndpointPort: object => setIfNull(object, { name: '', protocol: 'TCP' }),
};

/** kubernetes:pkg/apis/autoscaling/v1/defaults.go and v2/defaults.go */
export const autoscalingV1Defaults: Readonly<Record<string, Defaulter>> = {
  HorizontalPodAutoscaler: object => setIfNull(inner(object, 'spec'), { minReplicas: 1 }),
};

const policy = (type: string, value: number) => ({ type, value, periodSeconds: 15 });

export const autoscalingV2Defaults: Readonly<Record<string, Defaulter>> = {
  HorizontalPodAutoscaler: object => {
    const spec = inner(object, 'spec');
    setIfNull(spec, { minReplicas: 1 });
    if (sizeAt(spec, 'metrics') === 0)
      spec.metrics = [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ];
    const behavior = innerIfAny(spec, 'behavior');
    if (!behavior) return;
    scalingRules(behavior, 'scaleUp', {
      stabilizationWindowSeconds: 0,
      policies: [policy('Pods', 4), policy('Percent', 100)],
    });
    scalingRules(behavior, 'scaleDown', { policies: [policy('Percent', 100)] });
  },
};

function scalingRules(behavior: Record<string, Json>, key: string, defaults: Readonly<Record<string, Json>>): void {
  const rules = inner(behavior, key);
  setIfNull(rules, { selectPolicy: 'Max', ...defaults });
}

/** kubernetes:pkg/apis/admissionregistration/v1/defaults.go */
const webhook: Defaulter = object => {
  setIfNull(object, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', timeoutSeconds: 10 });
  for (const key of ['namespaceSelector', 'objectSelector']) if (isBlank(object[key])) object[key] = {};
};

export const admissionDefaults: Readonly<Record<string, Defaulter>> = {
  ValidatingWebhook: webhook,
  MutatingWebhook: object => {
    webhook(object);
    setIfNull(object, { reinvocationPolicy: 'Never' });
  },
  Rule: object => setIfNull(object, { scope: '*' }),
  RuleWithOperations: object => setIfNull(object, { scope: '*' }),
  NamedRuleWithOperations: object => setIfNull(object, { scope: '*' }),
  ServiceReference: object => setIfNull(object, { port: 443 }),
  ValidatingAdmissionPolicySpec: object => setIfNull(object, { failurePolicy: 'Fail' }),
  MutatingAdmissionPolicySpec: object => setIfNull(object, { failurePolicy: 'Fail' }),
  MatchResources: object => {
    setIfNull(object, { matchPolicy: 'Equivalent' });
    for (const key of ['namespaceSelector', 'objectSelector']) if (isBlank(object[key])) object[key] = {};
  },
};

/** kubernetes:pkg/apis/flowcontrol/v1/defaults.go */
export const flowcontrolDefaults: Readonly<Record<string, Defaulter>> = {
  FlowSchemaSpec: object => setIfZero(object, { matchingPrecedence: 1000 }),
  ExemptPriorityLevelConfiguration: object => setIfNull(object, { nominalConcurrencyShares: 0, lendablePercent: 0 }),
  LimitedPriorityLevelConfiguration: object => setIfNull(object, { nominalConcurrencyShares: 30, lendablePercent: 0 }),
  QueuingConfiguration: object => setIfZero(object, { handSize: 8, queues: 64, queueLengthLimit: 50 }),
};
