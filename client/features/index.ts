import type { Disposable } from 'vscode';
import type { ClientWorkbench } from '../workbench.ts';
import { alerts } from './alerts.ts';
import { clusters } from './clusters.ts';
import { context } from './context.ts';
import { documents } from './documents.ts';
import { generatedTree } from './generatedTree.ts';
import { operations } from './operations.ts';
import { status } from './status.ts';
import { trust } from './trust.ts';

/** One thing that a person sees. */
export interface ClientFeature {
  readonly name: string;
  readonly activate: (workbench: ClientWorkbench) => readonly Disposable[];
}

export const clientFeatures: readonly ClientFeature[] = [
  alerts,
  clusters,
  context,
  documents,
  generatedTree,
  operations,
  status,
  trust,
];
