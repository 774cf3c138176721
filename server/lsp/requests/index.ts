import type { Feature } from '../feature.ts';
import { locate } from './locate.ts';
import { tree } from './tree.ts';

/** What only our own client asks; the words are in `server/protocol`. */
export const requests: readonly Feature[] = [locate, tree];
