import type { NodeAt } from '../documents/document.ts';
import type { Generation } from '../generate/generation.ts';
import { originStep } from './previewText.ts';

const listed = 8;

/** On the key of a generator: what it took, and how many Applications come of it. `undefined` on every other key. */
export function generatorHover(at: NodeAt, { applications }: Generation): string | undefined {
  if (at.part !== 'key' || !at.path.startsWith('/spec/generators')) return undefined;
  const taken = new Map<string, number>();
  let count = 0;
  for (const { origin } of applications) {
    const step = origin.find(it => it.path === at.path);
    if (!step) continue;
    count += 1;
    const text = originStep(step);
    taken.set(text, (taken.get(text) ?? 0) + 1);
  }
  if (count === 0) return undefined;
  const made = `${count} ${count === 1 ? 'Application comes' : 'Applications come'} of this generator.`;
  // A generator that only combines others has no items of its own.
  if (taken.size === 1 && [...taken.keys()].every(it => !it.includes(' '))) return made;
  const lines = [...taken].slice(0, listed).map(([text, times]) => `- ${text}${times > 1 ? ` × ${times}` : ''}`);
  const rest = taken.size - lines.length;
  return [made, '', ...lines, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}
