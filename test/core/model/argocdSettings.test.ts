import { describe, expect, it } from 'vitest';
import { argocdSettings, healthScriptFor, isExcluded } from '../../../server/core/model/argocdSettings.ts';

/** The settings of an argocd-cm with these keys. */
const settings = (data: Record<string, string>) => argocdSettings({ data });

describe('argocd-cm', () => {
  it('absent, everything is as Argo CD has it by default', () => {
    expect(argocdSettings()).toMatchObject({
      tracking: { method: 'annotation', labelKey: 'app.kubernetes.io/instance' },
      compare: { ignoreAggregatedRoles: false, ignoreResourceStatusField: 'all' },
      complaints: [],
    });
  });

  it('absent, what its own manifests exclude is excluded; present, only what it says', () => {
    const excluded = (settings: ReturnType<typeof argocdSettings>) =>
      isExcluded(settings, 'discovery.k8s.io', 'EndpointSlice', 'https://cluster');
    expect(excluded(argocdSettings())).toBe(true);
    expect(excluded(argocdSettings({ data: {} }))).toBe(false);
  });

  it('says where values files may come from, and which versions of Kustomize there are', () => {
    expect(argocdSettings()).not.toHaveProperty('kustomizeVersions');
    expect(settings({})).toMatchObject({ valuesFileSchemes: ['https', 'http'], kustomizeVersions: [] });
    const said = { 'helm.valuesFileSchemes': ' s3, ,git', 'kustomize.path.v5.1.0': '/k', 'kustomize.version.v4': '/o' };
    expect(settings(said)).toMatchObject({ valuesFileSchemes: ['s3', 'git'], kustomizeVersions: ['v5.1.0', 'v4'] });
    expect(settings({ 'helm.valuesFileSchemes': '' }).valuesFileSchemes).toEqual([]);
  });

  it('says how resources are tracked', () => {
    const { tracking } = settings({
      'application.resourceTrackingMethod': 'annotation+label',
      'application.instanceLabelKey': 'example.com/app',
      installationID: 'one',
    });
    expect(tracking).toEqual({ method: 'annotation+label', labelKey: 'example.com/app', installationId: 'one' });
  });

  it('customizes a kind by key, all kinds by "all", and the block of old counts below both', () => {
    const { overrides } = settings({
      'resource.customizations': 'apps/Deployment:\n  health.lua: old\n  ignoreDifferences: "jsonPointers: [/a]"\n',
      'resource.customizations.health.apps_Deployment': 'new',
      'resource.customizations.ignoreDifferences.all': 'managedFieldsManagers: [kube-controller-manager]\n',
      'resource.customizations.knownTypeFields.example.com_Thing': '- field: spec.pod\n  type: core/v1/PodSpec\n',
    });
    expect(overrides.get('apps/Deployment')).toMatchObject({
      healthLua: 'new',
      ignoreDifferences: { jsonPointers: ['/a'] },
    });
    expect(overrides.get('*/*')?.ignoreDifferences?.managedFieldsManagers).toEqual(['kube-controller-manager']);
    expect(overrides.get('example.com/Thing')?.knownTypeFields).toEqual([
      { field: 'spec.pod', type: 'core/v1/PodSpec' },
    ]);
  });

  it('switches the comparison of status on; YAML reads a bare off as false', () => {
    const field = (value: string) =>
      settings({ 'resource.compareoptions': `ignoreResourceStatusField: ${value}` }).compare.ignoreResourceStatusField;
    expect(['crd', 'none', 'off', 'all', 'nonsense'].map(field)).toEqual(['crd', 'none', 'none', 'all', 'all']);
  });

  it('tells what it cannot read, and reads the rest', () => {
    const read = settings({
      'resource.customizations.ignoreDifferences.apps_Deployment': 'jsonPointers: [',
      'resource.customizations.colour.apps_Deployment': 'red',
      'resource.customizations.health.a_b_c': 'x',
      installationID: 'one',
    });
    expect(read.tracking.installationId).toBe('one');
    expect(read.complaints).toHaveLength(3);
  });
});

describe('a health script of argocd-cm', () => {
  const read = settings({
    'resource.customizations.health.example.com_Thing': 'own',
    'resource.customizations.health.*.example.com_*': 'glob',
    'resource.customizations.useOpenLibs.example.com_Thing': 'true',
    'resource.customizations.health.ConfigMap': 'core',
  });

  it('is that of the kind, else that of a glob', () => {
    const script = (group: string, kind: string) => healthScriptFor(read, group, kind)?.script;
    expect(script('example.com', 'Thing')).toBe('own');
    expect(script('a.example.com', 'Other')).toBe('glob');
    expect(script('', 'ConfigMap')).toBe('core');
    expect(script('apps', 'Deployment')).toBeUndefined();
  });

  it('gets the standard libraries only where that is asked for', () => {
    expect(healthScriptFor(read, 'example.com', 'Thing')?.useOpenLibs).toBe(true);
    expect(healthScriptFor(read, '', 'ConfigMap')?.useOpenLibs).toBe(false);
  });
});

describe('what Argo CD looks away from', () => {
  it('is always Events and Leases', () => {
    const none = settings({});
    expect(isExcluded(none, '', 'Event', 'https://c')).toBe(true);
    expect(isExcluded(none, 'coordination.k8s.io', 'Lease', 'https://c')).toBe(true);
    expect(isExcluded(none, '', 'Pod', 'https://c')).toBe(false);
  });

  it('is what the exclusions name, by group, kind and cluster', () => {
    const some = settings({
      'resource.exclusions': '- apiGroups: ["*.example.com"]\n  kinds: [Noise]\n  clusters: ["https://eu*"]\n',
    });
    expect(isExcluded(some, 'a.example.com', 'Noise', 'https://eu1')).toBe(true);
    expect(isExcluded(some, 'a.example.com', 'Noise', 'https://us1')).toBe(false);
    expect(isExcluded(some, 'a.example.com', 'Signal', 'https://eu1')).toBe(false);
  });

  it('is everything else once inclusions say what is looked at', () => {
    const some = settings({ 'resource.inclusions': '- apiGroups: [apps]\n  kinds: ["*"]\n' });
    expect(isExcluded(some, 'apps', 'Deployment', 'https://c')).toBe(false);
    expect(isExcluded(some, 'batch', 'Job', 'https://c')).toBe(true);
  });
});
