import { annotationTooLong } from './annotationTooLong.ts';
import { finalizers } from './finalizers.ts';
import type { Guard } from './guard.ts';
import { namespaceTerminating } from './namespaceTerminating.ts';
import { notPermitted } from './notPermitted.ts';
import { outsideSyncWindow } from './outsideSyncWindow.ts';
import { pruneUnconfirmed } from './pruneUnconfirmed.ts';
import { recreates } from './recreates.ts';
import { sharedResource } from './sharedResource.ts';
import { unknownKind } from './unknownKind.ts';
import { wipesEverything } from './wipesEverything.ts';

/** In the order in which a person should read them. */
export const guards: readonly Guard[] = [
  outsideSyncWindow,
  unknownKind,
  notPermitted,
  namespaceTerminating,
  sharedResource,
  pruneUnconfirmed,
  annotationTooLong,
  wipesEverything,
  recreates,
  finalizers,
];
