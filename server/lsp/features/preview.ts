import { type PreviewHead, previewOf } from '../../core/assist/previewText.ts';
import type { Generation } from '../../core/generate/generation.ts';
import type { SetGeneration } from '../../engine/workbench.ts';
import { deliverySchemes } from '../../protocol/delivery.ts';
import { previewScheme } from '../../protocol/requests.ts';
import type { Feature } from '../feature.ts';
import type { Session } from '../session.ts';

/** More would be slow to draw, and nobody reads them; the tree lists all. */
const limits = { whole: 500, names: 2_000 };

/** Texts that the server writes: previews (every Application that a set generates, and why), and documents of the cluster half. */
export const preview: Feature<{ readonly uri: string }, { text: string }> = {
  name: 'preview',
  method: 'workspace/textDocumentContent',
  capabilities: { workspace: { textDocumentContent: { schemes: [previewScheme, ...deliverySchemes] } } },
  neutral: { text: '# The preview could not be made; the log "GitOps Workbench" says why.\n' },
  handle: async (session, { uri }, signal) => {
    const { workbench, previews, delivery } = session;
    if (deliverySchemes.some(it => uri.startsWith(`${it}:`)))
      return { text: (await delivery?.documents.content(uri)) ?? '# No cluster is followed here.\n' };
    const set = setOf(session, uri);
    if (!set) return { text: '# This preview belongs to no ApplicationSet. Open it from the file.\n' };
    const { file, document, revision } = set;
    if (revision !== undefined) {
      const then = await workbench.generationAt(file, document, { revision }, signal);
      return then ? drawn(session, uri, { ...headOf(then), revision }, then.generation) : gone;
    }
    if (!previews.has(uri)) previews.set(uri, []);
    const latest = workbench.latestGeneration(file, document) ?? (await workbench.generation(file, document, signal));
    return latest ? drawn(session, uri, headOf(latest), latest.generation) : gone;
  },
};

const gone = { text: '# There is no ApplicationSet at this place any more.\n' };

const headOf = ({ namespace, name, complete }: SetGeneration): PreviewHead => ({ namespace, name, complete });

function drawn(session: Session, uri: string, head: PreviewHead, generation: Generation): { text: string } {
  const { text, links } = previewOf(head, generation, limits);
  session.previews.set(uri, links);
  return { text };
}

interface PreviewedSet {
  readonly file: string;
  readonly document: number;
  readonly revision: string | undefined;
}

export function setOf(session: Session, uri: string): PreviewedSet | undefined {
  let query = uri.slice(uri.indexOf('?') + 1);
  try {
    // Editors differ in how often they encode a query; what is JSON is not decoded again, or a path with a `%` would be another.
    for (let round = 0; round < 3 && query.startsWith('%'); round++) query = decodeURIComponent(query);
    const set: { uri?: unknown; document?: unknown; revision?: unknown } = JSON.parse(query) ?? {};
    if (typeof set.uri !== 'string' || typeof set.document !== 'number') return undefined;
    const revision = typeof set.revision === 'string' ? set.revision : undefined;
    return { file: session.names.fileOf(set.uri), document: set.document, revision };
  } catch {
    // Not a URI of ours: somebody typed it.
    return undefined;
  }
}

/** Tells the editor that a preview it shows has changed. */
export function refreshPreviews(session: Session, event: SetGeneration): void {
  for (const uri of session.previews.keys()) {
    const set = setOf(session, uri);
    if (set?.file !== event.file || set.document !== event.document || set.revision !== undefined) continue;
    session.connection.workspace.textDocumentContent.refresh(uri).catch(() => session.previews.delete(uri));
  }
}
