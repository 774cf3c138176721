import type { IndexEntry, Workbench } from '../engine/workbench.ts';
import { type SetSummary, summaryOf } from '../views/generatedTree.ts';

/** What the tree says of every set of the workspace, open or not. */
export interface Summaries {
  /** `undefined`: not known yet; it is being generated now and told when it is there. */
  of(entry: IndexEntry): SetSummary | undefined;
  /** Something changed on which any set may depend. */
  forget(): void;
}

/** Sets of closed files are generated one after the other, and only when somebody looks at the tree. */
export function createSummaries(workbench: Workbench, changed: () => void): Summaries {
  const known = new Map<string, SetSummary>();
  /** Still the best that is known while they are generated anew. */
  const former = new Map<string, SetSummary>();
  const waiting = new Map<string, IndexEntry>();
  let working = false;

  const work = async (): Promise<void> => {
    working = true;
    for (const [key, { file, document }] of waiting) {
      // A set that went away, or whose text is just changing, is asked for again with the next drawing.
      const found = await workbench.generation(file, document).catch(() => undefined);
      waiting.delete(key);
      if (!found) continue;
      known.set(key, summaryOf(found));
      former.set(key, summaryOf(found));
      changed();
    }
    working = false;
  };

  return {
    of: entry => {
      const key = `${entry.file} ${entry.document}`;
      const open = workbench.openSource(entry.file) && workbench.latestGeneration(entry.file, entry.document);
      if (open) return summaryOf(open);
      const summary = known.get(key);
      if (!summary && !waiting.has(key)) {
        waiting.set(key, entry);
        if (!working) void work();
      }
      return summary ?? former.get(key);
    },
    forget: () => {
      known.clear();
      changed();
    },
  };
}
