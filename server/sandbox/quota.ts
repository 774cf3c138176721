import type { JsonObject } from '../core/text/json.ts';
import { parseQuantity } from '../core/text/quantity.ts';
import type { SandboxApi } from './api.ts';
import type { Kind } from './kinds.ts';
import { at, list, nameOf, namespaceOf, text } from './objects.ts';
import { forbidden } from './status.ts';

/** Counts of objects (`pods`, `count/deployments.apps`, …); amounts of CPU and memory are not counted, because nothing runs. */
export function checkQuota(api: SandboxApi, kind: Kind, object: JsonObject): void {
  const namespace = namespaceOf(object);
  if (!kind.namespaced) return;
  for (const quota of api.list(api.builtIn('resourcequotas'), namespace)) {
    const hard = at(quota, 'spec', 'hard');
    const names = [kind.plural, `count/${kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`}`];
    for (const name of names) {
      const limit = hard[name];
      if (limit === undefined) continue;
      const used = api.list(kind, namespace).length;
      const most = parsed(text(limit) || String(limit));
      if (used + 1 > most)
        throw forbidden(
          kind,
          nameOf(object),
          `exceeded quota: ${nameOf(quota)}, requested: ${name}=1, used: ${name}=${used}, limited: ${name}=${most}`,
        );
    }
  }
}

function parsed(quantity: string): number {
  return 'error' in parseQuantity(quantity) ? Number.POSITIVE_INFINITY : Number.parseFloat(quantity);
}

/** `used` of a quota, for its status. */
export function quotaStatus(api: SandboxApi, quota: JsonObject): JsonObject {
  const hard = at(quota, 'spec', 'hard');
  const kinds = api.kinds();
  const used = Object.keys(hard).map(name => {
    const plain = name.replace(/^count\//, '');
    const kind = kinds.find(it => it.plural === plain || `${it.plural}.${it.group}` === plain);
    return [name, String(kind ? list([...api.list(kind, namespaceOf(quota))]).length : 0)];
  });
  return { hard, used: Object.fromEntries(used) };
}
