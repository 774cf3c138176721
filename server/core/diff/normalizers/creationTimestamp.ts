import { withValue } from '../json.ts';
import type { Normalizer } from './normalizer.ts';

/** Exported objects often carry `creationTimestamp: null`. */
export const creationTimestamp: Normalizer = {
  name: 'creationTimestamp',
  summary: 'metadata.creationTimestamp does not count',
  applies: () => true,
  normalize: object => withValue(object, ['metadata', 'creationTimestamp'], undefined),
};
