// What the declarations do not know, written by hand: fields newer than the packages (Argo CD 3.3 = 3.4, Argo Rollouts 1.9), enums and limits that
// only stand in kubebuilder markers, defaults that make a "required" field optional, and values worth offering in completion.
// Checked against argo-cd:manifests/crds/*.yaml (v3.5.7) and argo-rollouts:manifests/crds/*.yaml (v1.9.0).
//
// `x-since` is the first Argo CD version that knows a field; only releases that are sure are told, so that an older choice never gives a
// false finding. `examples` are offered by completion and mean nothing to the validator.

const cd = name => `argo-cd/v1alpha1/${name}`;
const rollouts = name => `argo-rollouts/v1alpha1/${name}`;

const text = description => ({ type: 'string', description });
const flag = description => ({ type: 'boolean', description });

/** Properties to add or to amend, by definition. An amendment keeps what is there. */
const properties = {
  [cd('ApplicationSource')]: {
    tagPrefix: {
      ...text(
        'Only Git tags with this prefix are candidates for a semver constraint in `targetRevision`; the prefix is cut off before comparing.',
      ),
      'x-since': '3.5',
    },
    targetRevision: { examples: ['HEAD', 'main'] },
  },
  [cd('ApplicationSourceDirectory')]: {
    disableExtensionFilter: {
      ...flag(
        'Reads every file that `include` and `exclude` leave, whatever its extension, instead of only .yaml, .yml, .json and .jsonnet.',
      ),
      'x-since': '3.6',
    },
  },
  [cd('SyncSource')]: {
    repoURL: {
      ...text('The repository that holds the hydrated manifests. Left out, it is the one of `drySource`.'),
      'x-since': '3.5',
    },
  },
  [cd('DrySource')]: {
    helm: { 'x-since': '3.3' },
    kustomize: { 'x-since': '3.3' },
    directory: { 'x-since': '3.3' },
    plugin: { 'x-since': '3.3' },
  },
  [cd('SyncPolicyAutomated')]: { enabled: { 'x-since': '3.1' } },
  [cd('RetryStrategy')]: { refresh: { 'x-since': '3.2' } },
  [cd('Backoff')]: { duration: { examples: ['5s', '1m'] }, maxDuration: { examples: ['3m', '10m'] } },
  [cd('ApplicationDestination')]: {
    server: { examples: ['https://kubernetes.default.svc'] },
    name: { examples: ['in-cluster'] },
  },
  [cd('ApplicationSetSyncPolicy')]: {
    applicationsSync: { enum: ['create-only', 'create-update', 'create-delete', 'sync'] },
  },
  [cd('ApplicationSetSpec')]: {
    goTemplateOptions: {
      items: { type: 'string', examples: ['missingkey=error', 'missingkey=zero', 'missingkey=default'] },
    },
  },
  [cd('ApplicationSetStrategy')]: {
    type: { examples: ['AllAtOnce', 'RollingSync'] },
    deletionOrder: { examples: ['AllAtOnce', 'Reverse'], 'x-since': '3.2' },
  },
  [cd('SCMProviderGeneratorGithub')]: {
    excludeArchivedRepos: { ...flag('Leaves archived repositories out.'), 'x-since': '3.5' },
  },
  [cd('SCMProviderGeneratorGitea')]: {
    excludeArchivedRepos: { ...flag('Leaves archived repositories out.'), 'x-since': '3.5' },
  },
  [cd('SCMProviderGeneratorGitlab')]: {
    includeArchivedRepos: { ...flag('Takes archived repositories in, too.'), 'x-since': '3.5' },
  },
  // The third level is kept as raw JSON by the API server and read by the controller alone, which is lenient about what is missing.
  [cd('ApplicationSetNestedGenerator')]: {
    matrix: { $ref: cd('NestedMatrixGenerator') },
    merge: { $ref: cd('NestedMergeGenerator') },
  },
  [cd('AppProjectSpec')]: {
    description: { maxLength: 255 },
    sourceIntegrity: { $ref: cd('SourceIntegrity'), 'x-since': '3.5' },
  },
  [cd('ClusterResourceRestrictionItem')]: { name: { 'x-since': '3.3' } },
  [cd('SyncWindow')]: {
    kind: { examples: ['allow', 'deny'] },
    schedule: { examples: ['0 22 * * *'] },
    duration: { examples: ['1h'] },
    timeZone: { examples: ['UTC', 'Europe/Berlin'] },
    syncOverrun: {
      ...flag(
        'Lets a sync that is under way go on when the window that allowed it ends, or when one that denies it begins.',
      ),
      'x-since': '3.5',
    },
  },
  [rollouts('DatadogMetric')]: {
    requestTimeout: { description: 'How long to wait for an answer of Datadog (after Argo Rollouts 1.9).' },
  },
  [rollouts('Authentication')]: {
    basicAuth: { description: 'User name and password from a Secret (after Argo Rollouts 1.9).' },
  },
};

/** Definitions that no package has. */
const definitions = {
  [cd('NestedMatrixGenerator')]: {
    title: 'NestedMatrixGenerator',
    'x-lenient': true,
    description:
      'A matrix inside a matrix or merge generator. Its own generators cannot combine others, and it takes no template.',
    type: 'object',
    properties: { generators: { type: 'array', items: { $ref: cd('ApplicationSetTerminalGenerator') } } },
    required: ['generators'],
    additionalProperties: false,
  },
  [cd('NestedMergeGenerator')]: {
    title: 'NestedMergeGenerator',
    'x-lenient': true,
    description:
      'A merge inside a matrix or merge generator. Its own generators cannot combine others, and it takes no template.',
    type: 'object',
    properties: {
      generators: { type: 'array', items: { $ref: cd('ApplicationSetTerminalGenerator') } },
      mergeKeys: { type: 'array', items: { type: 'string' } },
    },
    required: ['generators', 'mergeKeys'],
    additionalProperties: false,
  },
  [cd('SourceIntegrity')]: {
    title: 'SourceIntegrity',
    description: 'Demands on the origin of manifests that must be met before they are used.',
    type: 'object',
    properties: { git: { $ref: cd('SourceIntegrityGit'), description: 'Policies for sources in Git.' } },
    required: ['git'],
    additionalProperties: false,
  },
  [cd('SourceIntegrityGit')]: {
    title: 'SourceIntegrityGit',
    type: 'object',
    properties: { policies: { type: 'array', items: { $ref: cd('SourceIntegrityGitPolicy') } } },
    required: ['policies'],
    additionalProperties: false,
  },
  [cd('SourceIntegrityGitPolicy')]: {
    title: 'SourceIntegrityGitPolicy',
    type: 'object',
    properties: {
      gpg: {
        type: 'object',
        title: 'gpg',
        description: 'Verify the GPG signatures of commits and tags.',
        properties: {
          keys: {
            type: 'array',
            items: { type: 'string' },
            description: 'IDs of the keys to trust, from the keyring of the repository server.',
          },
          mode: {
            type: 'string',
            examples: ['none', 'head', 'strict'],
            description: 'How much of the history must be signed.',
          },
        },
        required: ['keys', 'mode'],
        additionalProperties: false,
      },
      repos: {
        type: 'array',
        description: 'The repositories that this policy is for.',
        items: {
          type: 'object',
          title: 'repository',
          properties: { url: text('Address of the repository, as a glob.') },
          required: ['url'],
          additionalProperties: false,
        },
      },
    },
    required: ['gpg', 'repos'],
    additionalProperties: false,
  },
};

/** Fields that the API server fills in before it looks whether they are there (`+kubebuilder:default`). */
const optional = {};
for (const version of ['v1', 'v1beta1']) {
  const eso = name => `external-secrets/external-secrets.io/${version}/${name}`;
  optional[eso('VaultAppRole')] = ['path'];
  optional[eso('VaultJwtAuth')] = ['path'];
  optional[eso('VaultLdapAuth')] = ['path'];
  optional[eso('VaultUserPassAuth')] = ['path'];
  optional[eso('VaultKubernetesAuth')] = ['mountPath'];
}

/** Amends the definitions, in place. A name that is not there is an error: the overlay must follow the packages. */
export function applyOverlay(all) {
  for (const [name, definition] of Object.entries(definitions)) all.set(name, structuredClone(definition));
  all.set(cd('ApplicationSetTerminalGenerator'), terminalGenerator(known(all, cd('ApplicationSetNestedGenerator'))));
  for (const [name, amended] of Object.entries(properties)) {
    const definition = known(all, name);
    for (const [property, amendment] of Object.entries(amended))
      definition.properties[property] = { ...definition.properties[property], ...amendment };
  }
  for (const [name, names] of Object.entries(optional)) {
    const definition = all.get(name);
    if (definition?.required) definition.required = definition.required.filter(it => !names.includes(it));
  }
  for (const [name, definition] of all) if (name.startsWith('core/')) allowEmptyEnums(definition);
}

function terminalGenerator(nested) {
  const { matrix, merge, ...rest } = nested.properties;
  return {
    title: 'ApplicationSetTerminalGenerator',
    description: 'A generator that does not combine others.',
    type: 'object',
    properties: structuredClone(rest),
    additionalProperties: false,
  };
}

/** Kubernetes' own types take an empty string for "not set"; custom resources do not. */
function allowEmptyEnums(definition) {
  for (const property of Object.values(definition.properties ?? {})) if (property.enum) property['x-empty'] = true;
}

function known(all, name) {
  const definition = all.get(name);
  if (definition === undefined) throw new Error(`the overlay speaks of ${name}, which no package declares any more`);
  return definition;
}
