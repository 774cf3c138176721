import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { worldOf } from '../support/world.ts';

const sample = fileURLToPath(new URL('../vscode/sample/', import.meta.url));
const texts = readdirSync(sample, { recursive: true, encoding: 'utf8' })
  .filter(it => it.endsWith('.yaml'))
  .sort()
  .map(it => readFileSync(sample + it, 'utf8'));

/** What typing, pasting and merging do to a text. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(40),
  insert: fc.oneof(
    fc.constantFrom(
      '{{',
      '}}',
      '\n',
      '\t',
      ' ',
      '- ',
      ':',
      '"',
      "'",
      '|\n',
      '&a ',
      '*a',
      '<<: *a',
      '---\n',
      '\0',
      '\ud83d',
      '{',
      '[',
    ),
    fc.string({ maxLength: 8 }),
  ),
});

it('no edit of a manifest makes the engine throw or hang, and the same text gives the same answer', async () => {
  const edits = fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(edits, async ([text, changes]) => {
      let typed = text;
      const { workbench, errors, settle } = worldOf({ files: { '/w/a.yaml': '' }, folders: ['/w'] });
      workbench.open('/w/a.yaml', typed, 1);
      for (const [version, { at, remove, insert }] of changes.entries()) {
        const offset = Math.floor(at * typed.length);
        typed = typed.slice(0, offset) + insert + typed.slice(offset + remove);
        workbench.change('/w/a.yaml', typed, version + 2);
      }
      const { findings } = await workbench.findings('/w/a.yaml');
      await settle();
      expect(errors).toEqual([]);
      const again = worldOf({ files: { '/w/a.yaml': typed }, folders: ['/w'] });
      const { findings: fresh } = await again.workbench.findings('/w/a.yaml');
      await again.settle();
      expect(findings).toEqual(fresh);
    }),
    { numRuns: 80, seed: 1 },
  );
});
