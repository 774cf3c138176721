import { isHook } from './hooks.ts';
import { objectOf } from './order.ts';
import { groupOf, kindOf, nameOf } from './resource.ts';
import type { SyncTask } from './tasks.ts';

/** `waiting for completion of hook batch/Job/migrate and 2 more resources` */
export function waitingText(tasks: readonly SyncTask[], reason: 'none' | 'deletion' | 'confirmation'): string {
  const hooks = tasks.filter(it => isHook(objectOf(it)));
  const first = hooks[0] ?? tasks[0];
  if (!first) return '';
  const what =
    reason === 'confirmation'
      ? 'pruning confirmation of'
      : reason === 'deletion'
        ? `deletion of${hooks.length > 0 ? ' hook' : ''}`
        : hooks.length > 0
          ? 'completion of hook'
          : 'healthy state of';
  const object = objectOf(first);
  const rest = tasks.length - 1;
  const more = rest > 0 ? ` and ${rest} more ${hooks.length === tasks.length ? 'hooks' : 'resources'}` : '';
  return `waiting for ${what} ${groupOf(object)}/${kindOf(object)}/${nameOf(object)}${more}`;
}
