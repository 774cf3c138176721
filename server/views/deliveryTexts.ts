import { yamlText } from '../core/assist/yamlText.ts';
import type { JsonObject } from '../core/text/json.ts';
import type { EventNote, ResourceDifference } from '../engine/delivery.ts';
import type { DiffSide, ResourceName } from '../protocol/delivery.ts';
import { short } from './applicationNodes.ts';
import { clock } from './operationTree.ts';

/** An object as a document to read; keys in one order on both sides of a difference. */
export function objectText(object: JsonObject | undefined): string {
  return object ? yamlText(sorted(object)) : '';
}

/** A server gives fields in the order of its types, people write them as they like: as text, that must not differ. */
function sorted(value: JsonObject): JsonObject {
  const order = (it: unknown): unknown =>
    Array.isArray(it)
      ? it.map(order)
      : typeof it === 'object' && it !== null
        ? Object.fromEntries(
            Object.entries(it)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, value]) => [key, order(value)]),
          )
        : it;
  return order(value) as JsonObject;
}

const ways: Readonly<Record<ResourceDifference['by'], string>> = {
  server: 'Compared by the API server, with a dry run of a server-side apply.',
  settled: 'An apply would change nothing: that follows from who manages which field. The API server was not asked.',
  structured: 'Compared without the API server, by a structured merge.',
  threeWay: 'Compared without the API server, by a three-way merge.',
  twoWay: 'Compared without the API server, field by field.',
};

/** The head of both sides of a difference, so that it is none itself: how it was found, and why not in a better way. */
export function comparedText({ by, note }: Pick<ResourceDifference, 'by' | 'note'>): string {
  const lines = (note ?? ways[by]).split('\n');
  return lines.map(it => `# ${it}\n`).join('');
}

export function eventsText(resource: ResourceName, events: readonly EventNote[]): string {
  const head = `Events of ${resource.kind} ${resource.name}\n\n`;
  if (events.length === 0) return `${head}None. Kubernetes keeps events for an hour.\n`;
  return (
    head +
    events
      .map(
        it =>
          `${clock(it.lastAt)}  ${it.type.padEnd(8)} ${it.reason}${it.count > 1 ? ` (${it.count} times)` : ''}\n    ${it.message.replaceAll('\n', '\n    ')}\n`,
      )
      .join('\n')
  );
}

export function sideText(side: DiffSide): string {
  if (typeof side === 'object') return 'entry' in side ? `entry ${side.entry} of its history` : short(side.revision);
  return {
    live: 'live',
    buffers: 'editor',
    workTree: 'work tree',
    staged: 'staged',
    lastSynced: 'last synced',
  }[side];
}
