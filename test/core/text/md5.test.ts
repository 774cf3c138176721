import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { md5 } from '../../../server/core/text/md5.ts';

it('md5 is what everybody calls md5', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
      expect(md5(text)).toBe(createHash('md5').update(text, 'utf8').digest('hex'));
    }),
  );
});
