import { directory } from './directory.ts';
import { helm } from './helm.ts';
import { kustomize } from './kustomize.ts';
import { plugin } from './plugin.ts';
import type { Renderer } from './renderer.ts';

export const renderers: readonly Renderer[] = [plugin, helm, kustomize, directory];
