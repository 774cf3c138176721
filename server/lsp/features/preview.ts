import { previewText } from '../../core/assist/previewText.ts';
import type { SetGeneration } from '../../engine/workbench.ts';
import type { Session } from '../session.ts';

/** More would be slow to draw and nobody reads them; the tree lists all. */
const shown = 500;

export async function preview(session: Session, uri: string, signal: AbortSignal): Promise<{ text: string }> {
  session.previews.add(uri);
  const set = setOf(session, uri);
  if (!set) return { text: '# This preview belongs to no ApplicationSet. Open it from the file.\n' };
  const generated =
    session.workbench.latestGeneration(set.file, set.document) ??
    (await session.workbench.generation(set.file, set.document, signal));
  if (!generated) return { text: '# There is no ApplicationSet at this place any more.\n' };
  return { text: previewText(generated, generated.generation, shown) };
}

export function setOf(session: Session, uri: string): { file: string; document: number } | undefined {
  const query = uri.slice(uri.indexOf('?') + 1);
  try {
    const set: { uri?: unknown; document?: unknown } = JSON.parse(decodeURIComponent(decodeURIComponent(query)));
    if (typeof set.uri !== 'string' || typeof set.document !== 'number') return undefined;
    return { file: session.names.fileOf(set.uri), document: set.document };
  } catch {
    // Not a URI of ours: somebody typed it.
    return undefined;
  }
}

/** Tells the editor that a preview it shows has changed. */
export function refreshPreviews(session: Session, event: SetGeneration): void {
  for (const uri of session.previews) {
    const set = setOf(session, uri);
    if (set?.file === event.file && set.document === event.document) {
      session.connection.workspace.textDocumentContent.refresh(uri).catch(() => session.previews.delete(uri));
    }
  }
}
