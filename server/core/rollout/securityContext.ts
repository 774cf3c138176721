import type { JsonObject } from '../text/json.ts';
import { child, invalid, item, type RolloutError, type Where } from './error.ts';
import { rangeSentence } from './names.ts';
import { itemsOf, numberOf } from './view.ts';

/** Users and groups of security contexts; seccomp, AppArmor, SELinux and Windows options are left to the API server. */
export function checkUsers(context: JsonObject | undefined, at: Where): readonly RolloutError[] {
  return ['runAsUser', 'runAsGroup'].flatMap(it => checkId(numberOf(context, it), child(at, it)));
}

export function checkPodSecurity(context: JsonObject | undefined, at: Where): readonly RolloutError[] {
  const groups = itemsOf(context, 'supplementalGroups');
  return [
    ...checkId(numberOf(context, 'fsGroup'), child(at, 'fsGroup')),
    ...checkUsers(context, at),
    ...groups.flatMap((it, i) => checkId(typeof it === 'number' ? it : 0, item(child(at, 'supplementalGroups'), i))),
  ];
}

const most = 2147483647;

function checkId(id: number | undefined, at: Where): readonly RolloutError[] {
  return id === undefined || (id >= 0 && id <= most) ? [] : [invalid(at, id, rangeSentence(0, most))];
}
