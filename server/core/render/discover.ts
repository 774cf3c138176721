import type { JsonObject } from '../text/json.ts';
import type { Content } from './content.ts';
import { renderers } from './renderers/index.ts';
import type { Renderer } from './renderers/renderer.ts';
import type { SourceType } from './rendering.ts';
import { explicitType, isEnabled } from './sourceTypes.ts';

type Enabled = Readonly<Record<string, boolean>> | undefined;

/** The tool that a source names, or the one whose files lie at its path; plain manifests otherwise (argo-cd:util/app/discovery). */
export function rendererFor(source: JsonObject, content: Content, path: string, enabled: Enabled): Renderer {
  const type = explicitType(source) ?? discovered(content, path, enabled);
  // Argo CD takes the manifests as they are where the tool is switched off.
  const allowed = type !== undefined && isEnabled(type, enabled) ? type : 'Directory';
  const found = renderers.find(it => it.type === allowed);
  if (!found) throw new Error(`no renderer for ${allowed}`);
  return found;
}

/** A walk in Go's order, in which the last file that tells wins. */
function discovered(content: Content, path: string, enabled: Enabled): SourceType | undefined {
  // A path that is itself a link is one file to the walk, and lies in no directory of it.
  if (content.linkAt(path) !== undefined) return undefined;
  let type: SourceType | undefined;
  for (const { name, kind } of content.entries(path)) {
    if (kind === 'directory') continue;
    const claiming = renderers.find(it => it.claims?.(name) && isEnabled(it.type, enabled));
    if (claiming) type = claiming.type;
  }
  return type;
}
