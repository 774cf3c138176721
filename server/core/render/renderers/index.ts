import { directory } from './directory.ts';
import { plugin } from './plugin.ts';
import type { Renderer } from './renderer.ts';

export const renderers: readonly Renderer[] = [plugin, directory];
