import { type Facts, isUnavailable, type Missing } from '../facts/facts.ts';
import { instanceName } from '../model/tracking.ts';
import type { JsonObject } from '../text/json.ts';
import { type Content, chartContent, repositoryContent } from './content.ts';
import { finish } from './finish.ts';
import type { RefTarget } from './renderers/renderer.ts';
import type { RenderedManifest, Rendering, RenderUnknown, SourceType, Subject } from './rendering.ts';
import { isOci, renderSource, trackingOf } from './source.ts';
import { checkSource, isReferenceOnly, type Sources, sourcesOf } from './sources.ts';
import { Refused, Unknowable, Waiting } from './stop.ts';
import { objectIn, textIn } from './words.ts';

/**
 * Makes the manifests of an Application: for each source what Argo CD's repo server would make of it, then for all of them what its controller
 * does before it compares (finish.ts). Where facts are missing the answer says which, and holds what could be made without them.
 *
 * It fetches nothing and runs nothing: charts, remote bases and the output of libraries are facts. A source that cannot be known is told in
 * `unknown`, and the others are rendered all the same, where Argo CD would wait for it.
 */
export function render(subject: Subject, facts: Facts): Rendering {
  return finished(renderSources(subject, facts), subject);
}

/** The first half: what depends on contents. Its `manifests` have doubles, and namespaces only where the manifests say them. */
export function renderSources(subject: Subject, facts: Facts): Rendering {
  const sources = sourcesOf(subject.application);
  const made: SourceResult[] = [];
  for (const [at] of sources.list.entries()) {
    const result = renderOne(at, sources, subject, facts);
    made.push(result);
    if (result.kind === 'refused') break;
  }
  const failed = made.findIndex(it => it.kind === 'refused');
  const refused = made.find(it => it.kind === 'refused');
  const refusal = refused?.error ?? (sources.list.length === 0 ? noSource : undefined);
  return {
    manifests: refusal === undefined ? made.flatMap(it => (it.kind === 'made' ? it.manifests : [])) : [],
    findings: [],
    missing: made.flatMap(it => (it.kind === 'waiting' ? it.missing : [])),
    unknown: made.flatMap(it => (it.kind === 'unknown' ? it.unknown : [])),
    sourceTypes: sources.list.map((_, at) => typeOf(made[at])),
    commands: made.flatMap(it => (it.kind === 'made' ? it.commands : [])),
    revisions: sources.list.map((source, at) => made[at]?.revision ?? textIn(source.targetRevision)),
    ...(refusal === undefined ? {} : { error: refusal, failed: Math.max(failed, 0) }),
  };
}

/** The second half: what depends on the destination cluster. */
export function finished(rendering: Rendering, subject: Subject): Rendering {
  if (rendering.error !== undefined) return rendering;
  const tracking = trackingOf({ ...namesOf(subject), settings: subject.settings });
  try {
    return { ...rendering, ...finish(rendering.manifests, tracking, subject.scopeOf) };
  } catch (cause) {
    if (cause instanceof Refused) return { ...rendering, manifests: [], error: cause.message };
    throw cause;
  }
}

const noSource = 'spec.source.repoURL and either spec.source.path or spec.source.chart are required';

type SourceResult = { readonly revision?: string } & (
  | {
      readonly kind: 'made';
      readonly manifests: readonly RenderedManifest[];
      readonly sourceType: SourceType | undefined;
      readonly commands: readonly string[];
    }
  | { readonly kind: 'waiting'; readonly missing: readonly Missing[] }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'unknown'; readonly unknown: RenderUnknown }
);

function typeOf(result: SourceResult | undefined): SourceType | undefined {
  return result?.kind === 'made' ? result.sourceType : undefined;
}

function renderOne(at: number, sources: Sources, subject: Subject, facts: Facts): SourceResult {
  const source = sources.list[at] ?? {};
  let revision: string | undefined;
  try {
    checkSource(source, sources);
    const wanted = subject.revisions?.[at] ?? textIn(source.targetRevision);
    const content = contentOf(source, wanted, facts);
    revision = content.revision ?? (wanted === '' ? 'HEAD' : wanted);
    if (isReferenceOnly(source, sources))
      return { kind: 'made', manifests: [], sourceType: undefined, commands: [], revision };
    refuseLinksThatLeave(content);
    const { manifests, sourceType, commands } = renderSource(
      {
        source,
        content,
        revision,
        ...namesOf(subject),
        kubeVersion: subject.kubeVersion ?? '',
        apiVersions: subject.apiVersions ?? [],
        settings: subject.settings,
        refs: refsOf(sources, subject, facts),
      },
      facts,
    );
    return { kind: 'made', manifests: manifests.map(it => ({ ...it, source: at })), sourceType, commands, revision };
  } catch (cause) {
    const where = revision === undefined ? {} : { revision };
    if (cause instanceof Waiting) return { kind: 'waiting', missing: cause.missing, ...where };
    if (cause instanceof Refused) return { kind: 'refused', error: cause.message, ...where };
    if (cause instanceof Unknowable) {
      const unknown = { kind: cause.kind, of: cause.of, why: cause.message, source: at };
      return { kind: 'unknown', unknown, ...where };
    }
    throw cause;
  }
}

function contentOf(source: JsonObject, revision: string, facts: Facts): Content {
  const repoURL = textIn(source.repoURL);
  const chart = textIn(source.chart);
  if (chart === '' && !isOci(source)) {
    const tagPrefix = textIn(source.tagPrefix);
    return repositoryContent({ repoURL, revision, ...(tagPrefix === '' ? {} : { tagPrefix }) }, facts);
  }
  const of = { repoURL, chart, revision };
  const found = facts.get('chart', of);
  if (found === undefined) throw new Waiting([{ kind: 'chart', of }]);
  if (isUnavailable(found)) {
    if (found.error !== undefined) throw new Refused(found.error);
    throw new Unknowable('chart', chart === '' ? repoURL : `${repoURL} ${chart} ${revision}`, found.why);
  }
  return chartContent(found);
}

/** By `$ref`; of several sources with one name Argo CD refuses the Application elsewhere. */
function refsOf(sources: Sources, subject: Subject, facts: Facts): ReadonlyMap<string, RefTarget> | undefined {
  if (!sources.several) return undefined;
  const refs = new Map<string, RefTarget>();
  for (const [at, source] of sources.list.entries()) {
    const ref = textIn(source.ref);
    if (ref === '') continue;
    const revision = subject.revisions?.[at] ?? textIn(source.targetRevision);
    const repoURL = textIn(source.repoURL);
    refs.set(`$${ref}`, {
      repoURL,
      revision,
      isChart: textIn(source.chart) !== '',
      content: () => repositoryContent({ repoURL, revision }, facts),
    });
  }
  return refs;
}

/** argo-cd:util/app/path/path.go CheckOutOfBoundsSymlinks: one such link anywhere in the repository is enough. */
function refuseLinksThatLeave(content: Content): void {
  for (const path of Object.keys(content.links).sort())
    if (content.leaves(path)) throw new Refused(`repository contains out-of-bounds symlinks. file: ${path}`);
}

/** The Application's name as it is tracked, and what it is named after. */
function namesOf({ application, settings }: Subject) {
  const metadata = objectIn(application.metadata);
  const spec = objectIn(application.spec);
  const own = { namespace: textIn(metadata.namespace), name: textIn(metadata.name) };
  return {
    appName: instanceName(own, settings.controllerNamespace),
    namespace: textIn(objectIn(spec.destination).namespace),
    project: textIn(spec.project) || 'default',
  };
}
