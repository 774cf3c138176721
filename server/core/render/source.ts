import type { Facts } from '../facts/facts.ts';
import type { JsonObject } from '../text/json.ts';
import type { Content } from './content.ts';
import { rendererFor } from './discover.ts';
import { buildEnvironment } from './environment.ts';
import { itemsOf } from './manifests.ts';
import { withOverrides } from './overrides.ts';
import { applicationPath } from './paths.ts';
import type { RefTarget, Rendered, Work } from './renderers/renderer.ts';
import type { RenderSettings, SourceType } from './rendering.ts';
import { prefixed } from './stop.ts';
import { type Tracking, tracked } from './tracking.ts';
import { textIn } from './words.ts';

/** What Argo CD's repo server is asked for one source (argo-cd:reposerver/repository/repository.go, GenerateManifests). */
export interface SourceRequest {
  readonly source: JsonObject;
  readonly content: Content;
  /** The Application's name as it is tracked. */
  readonly appName: string;
  /** Of the destination. */
  readonly namespace: string;
  readonly project: string;
  /** Commit or version of the content. */
  readonly revision: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly settings: RenderSettings;
  readonly refs: ReadonlyMap<string, RefTarget> | undefined;
}

export interface SourceOutput {
  readonly sourceType: SourceType;
  readonly manifests: readonly Rendered[];
  readonly commands: readonly string[];
}

/** Throws a `Stop` where it cannot go on. */
export function renderSource(request: SourceRequest, facts: Facts): SourceOutput {
  const { content, appName, namespace, settings } = request;
  const isChart = textIn(request.source.chart) !== '';
  const path = isChart ? '' : applicationPath(content, textIn(request.source.path));
  const { source, renderer } = prefixed('error getting app source type', () => {
    const overridden = withOverrides(request.source, content, path, appName, facts);
    return { source: overridden, renderer: rendererFor(overridden, content, path, settings.enabledSourceTypes) };
  });
  const work: Work = {
    ...request,
    source,
    path,
    facts,
    environment: buildEnvironment({
      appName,
      namespace,
      project: request.project,
      revision: request.revision,
      repoURL: textIn(source.repoURL),
      path: textIn(source.path),
      targetRevision: textIn(source.targetRevision),
    }),
  };
  const output = renderer.render(work);
  return {
    sourceType: renderer.type,
    manifests: output.objects.flatMap(rendered =>
      itemsOf(rendered.object).map(object => ({
        ...rendered,
        object: prefixed('failed to set app instance tracking info on manifest', () =>
          tracked(object, trackingOf(request)),
        ),
      })),
    ),
    commands: output.commands,
  };
}

export function trackingOf({
  appName,
  namespace,
  settings,
}: Pick<SourceRequest, 'appName' | 'namespace' | 'settings'>): Tracking {
  return {
    appName,
    namespace,
    method: settings.trackingMethod,
    labelKey: settings.appLabelKey,
    installationId: settings.installationId ?? '',
  };
}

/** argo-cd:pkg/apis/application/v1alpha1/types.go IsOCI. */
export function isOci(source: JsonObject): boolean {
  return textIn(source.repoURL).startsWith('oci://');
}
