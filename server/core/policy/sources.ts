import { isSet, itemsOf, listOf, objectOf, textOf } from '../rollout/view.ts';
import type { Problem, ProblemFix } from '../text/finding.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { suggest } from '../text/suggest.ts';

/**
 * Where an Application takes its manifests from (argo-cd:util/argo/argo.go, validateSourcePermissions, validateSourceHydrator,
 * GetRefSources; pkg/apis/application/v1alpha1/types.go, ExplicitType). `at` is the pointer of the spec.
 */
export function sourceProblems(spec: JsonObject, at: string): readonly Problem[] {
  return [...severalKinds(spec, at), ...usedSources(spec, at)];
}

/** Argo CD takes the first of these that is set and is silent about the others. */
function severalKinds(spec: JsonObject, at: string): readonly Problem[] {
  const given = ['sourceHydrator', 'sources', 'source'].filter(
    it => isSet(spec, it) && (it !== 'sources' || itemsOf(spec, it).length > 0),
  );
  const [used, ...ignored] = given;
  return ignored.map(key => ({
    code: 'several-sources',
    message: `Argo CD uses ${used} and ignores ${key}. Remove one of the two.`,
    path: `${at}/${key}`,
    part: 'key',
    fixes: [remove(`Remove ${key}`, `${at}/${key}`)],
  }));
}

function usedSources(spec: JsonObject, at: string): readonly Problem[] {
  const hydrator = objectOf(spec, 'sourceHydrator');
  if (hydrator) return hydratorProblems(hydrator, `${at}/sourceHydrator`);
  const several = itemsOf(spec, 'sources').length > 0;
  if (several) return severalSources(listOf(spec, 'sources'), `${at}/sources`);
  const source = objectOf(spec, 'source');
  return source
    ? [...oneSource(source, `${at}/source`), ...unknownRefs(source, `${at}/source`, undefined)]
    : [incomplete('spec.source.repoURL and either spec.source.path or spec.source.chart are required', at)];
}

function hydratorProblems(hydrator: JsonObject, at: string): readonly Problem[] {
  const missing = (parent: string, key: string, message: string): readonly Problem[] =>
    !isFilled(objectOf(hydrator, parent), key)
      ? [incomplete(message, isSet(hydrator, parent) ? `${at}/${parent}` : at)]
      : [];
  return [
    ...missing('drySource', 'repoURL', 'spec.sourceHydrator.drySource.repoURL is required'),
    ...missing('syncSource', 'targetBranch', 'spec.sourceHydrator.syncSource.targetBranch is required'),
    ...(isSet(hydrator, 'hydrateTo')
      ? missing(
          'hydrateTo',
          'targetBranch',
          'when spec.sourceHydrator.hydrateTo is set, spec.sourceHydrator.hydrateTo.targetBranch is required',
        )
      : []),
  ];
}

const incomplete = (message: string, path: string): Problem => ({
  code: 'incomplete-source',
  message,
  path,
  part: 'key',
});

/** A value of the wrong type (`targetRevision: 1.2`) is there; that it is no text is the schema's to say. */
function isFilled(parent: JsonObject | undefined, key: string): boolean {
  return isSet(parent, key) && parent?.[key] !== '';
}

function oneSource(source: JsonObject, at: string): readonly Problem[] {
  const located = isFilled(source, 'path') || isFilled(source, 'chart');
  const message = 'spec.source.repoURL and either spec.source.path or spec.source.chart are required';
  const complete = isFilled(source, 'repoURL') && located;
  return [...(complete ? chartProblems(source, at) : [incomplete(message, at)]), ...severalTools(source, at)];
}

function severalSources(sources: readonly JsonObject[], at: string): readonly Problem[] {
  const refs = sources.map(it => textOf(it, 'ref'));
  return [
    ...sources.flatMap((source, i) => {
      const place = `${at}/${i}`;
      const located = ['path', 'chart', 'ref'].some(it => isFilled(source, it));
      const name = textOf(source, 'name') || String(i + 1);
      const message = `spec.source.repoURL and either source.path, source.chart, or source.ref are required for source ${name}`;
      const complete = isFilled(source, 'repoURL') && located;
      return [
        ...(complete ? chartProblems(source, place) : [incomplete(message, place)]),
        ...severalTools(source, place),
        ...refProblems(refs, i, `${place}/ref`),
        ...unknownRefs(source, place, refs),
      ];
    }),
    ...sameNames(sources, at),
  ];
}

function chartProblems(source: JsonObject, at: string): readonly Problem[] {
  if (!isFilled(source, 'chart') || isFilled(source, 'targetRevision')) return [];
  const path = `${at}/targetRevision`;
  const fixes = [{ title: 'Take the newest version (*)', changes: [{ kind: 'set' as const, path, value: '*' }] }];
  const message = 'spec.source.targetRevision is required if the manifest source is a helm chart';
  return [{ code: 'incomplete-source', message, path: `${at}/chart`, fixes }];
}

const tools = ['kustomize', 'helm', 'directory', 'plugin'];

/** Empty blocks do not count: Argo CD drops them first (argo-cd:util/argo/argo.go, NormalizeSource). A plugin counts even so. */
function severalTools(source: JsonObject, at: string): readonly Problem[] {
  const given = tools.filter(it => isSet(source, it) && (it === 'plugin' || !isZero(source[it])));
  if (given.length < 2) return [];
  const names = given.map(it => `${it.charAt(0).toUpperCase()}${it.slice(1)}`).join(',');
  return [
    {
      code: 'several-tools',
      message: `multiple application sources defined: ${names}`,
      path: `${at}/${given[1]}`,
      part: 'key',
      related: [{ path: `${at}/${given[0]}`, message: `${given[0]} is set here` }],
      fixes: given.map(it => remove(`Remove ${it}`, `${at}/${it}`)),
    },
  ];
}

function isZero(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every(isZero);
  return value === undefined || value === null || value === '' || value === false || value === 0;
}

function refProblems(refs: readonly string[], index: number, at: string): readonly Problem[] {
  const ref = refs[index] ?? '';
  if (ref === '' || isTemplate(ref)) return [];
  if (!/^[a-zA-Z0-9_-]+$/.test(ref)) {
    const value = ref.replaceAll(/[^a-zA-Z0-9_-]/g, '-');
    const message = `sources.ref ${ref} cannot contain any special characters except '_' and '-'`;
    return [{ code: 'invalid-ref', message, path: at, fixes: [change(`Change to ${value}`, at, value)] }];
  }
  const first = refs.indexOf(ref);
  if (first === index) return [];
  const path = at.replace(/\/\d+\/ref$/, `/${first}/ref`);
  const message = 'invalid sources: multiple sources had the same `ref` key';
  return [{ code: 'invalid-ref', message, path: at, related: [{ path, message: 'The same ref stands here' }] }];
}

/** Only Argo CD's API server refuses these; an Application that is applied with kubectl is taken. */
function sameNames(sources: readonly JsonObject[], at: string): readonly Problem[] {
  const names = sources.map(it => textOf(it, 'name'));
  return names.flatMap((name, i) =>
    name !== '' && !isTemplate(name) && names.indexOf(name) < i
      ? [
          {
            code: 'duplicate-source-name',
            message: `application has duplicate source name: ${name}. Argo CD's API refuses it.`,
            path: `${at}/${i}/name`,
            related: [{ path: `${at}/${names.indexOf(name)}/name`, message: 'The same name stands here' }],
          },
        ]
      : [],
  );
}

/**
 * [!] A `$ref/…` whose ref nobody has is no error to Argo CD: it looks for a file of that very name. Names of Argo CD's build
 * environment begin with a dollar too.
 */
function unknownRefs(source: JsonObject, at: string, refs: readonly string[] | undefined): readonly Problem[] {
  const helm = objectOf(source, 'helm');
  const files = itemsOf(helm, 'valueFiles').map((it, i) => [it, `${at}/helm/valueFiles/${i}`] as const);
  const parameters = listOf(helm, 'fileParameters').map(
    (it, i) => [textOf(it, 'path'), `${at}/helm/fileParameters/${i}/path`] as const,
  );
  return [...files, ...parameters].flatMap(([file, path]): readonly Problem[] => {
    const ref = typeof file === 'string' ? /^\$([a-zA-Z0-9_-]+)\//.exec(file)?.[1] : undefined;
    if (ref === undefined || refs?.includes(ref) || refs?.some(isTemplate) || isEnvironment(ref)) return [];
    const meant =
      refs &&
      suggest(
        ref,
        refs.filter(it => it !== ''),
      );
    const why = refs
      ? `No source has the ref "${ref}"`
      : `"$${ref}" needs an entry in spec.sources with \`ref: ${ref}\`; spec.source has none`;
    const message = `${why}, so Argo CD looks for a file of this very name.${meant === undefined ? '' : ` Did you mean "$${meant}"?`}`;
    const within = { start: 1, end: 1 + ref.length };
    const fixes =
      meant === undefined
        ? []
        : [
            {
              title: `Change to $${meant}`,
              preferred: true,
              changes: [{ kind: 'replaceWithin' as const, path, within, text: meant }],
            },
          ];
    return [{ code: 'unknown-ref', message, path, within, fixes }];
  });
}

const isEnvironment = (name: string): boolean => /^(ARGOCD_|KUBE_)/.test(name);

/** Text that something else fills in first (an ApplicationSet, a chart): unknown, so never judged. */
export function isTemplate(text: string): boolean {
  return text.includes('{{');
}

export function remove(title: string, path: string): ProblemFix {
  return { title, changes: [{ kind: 'remove', path }] };
}

export function change(title: string, path: string, value: Json): ProblemFix {
  return { title, preferred: true, changes: [{ kind: 'set', path, value }] };
}
