import type { Disposable } from 'vscode';
import type { ClientWorkbench } from '../workbench.ts';
import { context } from './context.ts';
import { generatedTree } from './generatedTree.ts';
import { status } from './status.ts';

/** One thing that a person sees. */
export interface ClientFeature {
  readonly name: string;
  readonly activate: (workbench: ClientWorkbench) => readonly Disposable[];
}

export const clientFeatures: readonly ClientFeature[] = [context, generatedTree, status];
