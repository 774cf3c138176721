import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import type { Kind } from '../kinds.ts';

/** What brings objects of some kinds along: called for an object after each change of it, or of something it owns. */
export interface Controller {
  readonly name: string;
  readonly watches: (api: SandboxApi) => readonly Kind[];
  /** Brings the object one step on. `again`: milliseconds until it wants to look by itself. */
  readonly reconcile: (object: JsonObject, api: SandboxApi) => { readonly again?: number } | undefined;
}
