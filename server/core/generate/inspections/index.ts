import { empty } from './empty.ts';
import { ignored } from './ignored.ts';
import type { Inspection } from './inspection.ts';
import { modes } from './modes.ts';
import { names } from './names.ts';
import { parameters } from './parameters.ts';
import { patterns } from './patterns.ts';

/** In the order in which their problems are told. */
export const inspections: readonly Inspection[] = [modes, parameters, names, patterns, ignored, empty];
