import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import type { Controller } from './controllers/controller.ts';
import { collectGarbage } from './controllers/garbage.ts';
import { controllers } from './controllers/index.ts';
import { type Kind, kindId } from './kinds.ts';
import { metadataOf, nameOf, namespaceOf, objects, text, uidOf } from './objects.ts';
import { Refusal } from './status.ts';
import type { StoreEvent } from './store.ts';

/** A little later than now, so that what a client just wrote can be read as it was written. */
const settleMs = 5;

/** Runs controllers on what changes: an object, then what owns it, each once however often it changed meanwhile. */
export class Loop {
  readonly #api: SandboxApi;
  readonly #waiting = new Map<
    string,
    { readonly controller: Controller; readonly kind: Kind; readonly namespace: string; readonly name: string }
  >();
  readonly #alarms = new Map<string, { cancel(): void }>();
  #timer: { cancel(): void } | undefined;
  #garbage = false;
  #ended = false;
  readonly #unsubscribe: () => void;

  constructor(api: SandboxApi) {
    this.#api = api;
    this.#unsubscribe = api.store.subscribe(event => this.#changed(event));
  }

  /** Looks at every object: after a start from a snapshot. */
  all(): void {
    for (const controller of controllers)
      for (const kind of controller.watches(this.#api))
        for (const object of this.#api.list(kind)) this.#ask(controller, kind, object);
  }

  end(): void {
    this.#ended = true;
    this.#unsubscribe();
    this.#timer?.cancel();
    for (const it of this.#alarms.values()) it.cancel();
  }

  #changed({ kind, object, type }: StoreEvent): void {
    if (type === 'DELETED' || metadataOf(object).deletionTimestamp !== undefined) this.#garbage = true;
    this.#askAbout(kind, object);
    for (const owner of objects(metadataOf(object).ownerReferences)) this.#askOwner(owner, namespaceOf(object));
    // What selects pods by labels looks again when one changes.
    if (kind === 'pods.')
      for (const it of this.#api.list(this.#api.builtIn('services'), namespaceOf(object)))
        this.#askAbout('services.', it);
    if (type !== 'MODIFIED') this.#askNamespaced(object);
    this.#wake();
  }

  #askNamespaced(object: JsonObject): void {
    const namespace = namespaceOf(object);
    if (namespace === '') return;
    const kind = this.#api.builtIn('namespaces');
    const found = this.#api.store.get(kind, '', namespace);
    if (found && metadataOf(found).deletionTimestamp !== undefined) this.#askAbout(kindId(kind), found);
    for (const it of this.#api.list(this.#api.builtIn('resourcequotas'), namespace))
      this.#askAbout('resourcequotas.', it);
  }

  #askOwner(owner: JsonObject, namespace: string): void {
    const kind = this.#api.kindOf(text(owner.apiVersion), text(owner.kind));
    const found = kind && this.#api.store.get(kind, kind.namespaced ? namespace : '', text(owner.name));
    if (kind && found && uidOf(found) === text(owner.uid)) this.#askAbout(kindId(kind), found);
    else {
      // An owner that never was, or is no more.
      this.#garbage = true;
      this.#wake();
    }
  }

  #askAbout(id: string, object: JsonObject): void {
    for (const controller of controllers)
      for (const kind of controller.watches(this.#api)) if (kindId(kind) === id) this.#ask(controller, kind, object);
  }

  #ask(controller: Controller, kind: Kind, object: JsonObject): void {
    const key = `${controller.name} ${namespaceOf(object)}/${nameOf(object)}`;
    this.#waiting.set(key, { controller, kind, namespace: namespaceOf(object), name: nameOf(object) });
    this.#wake();
  }

  #wake(): void {
    if (this.#ended) return;
    this.#timer ??= this.#api.clock.after(settleMs, () => {
      this.#timer = undefined;
      this.#round();
    });
  }

  #round(): void {
    const round = [...this.#waiting];
    this.#waiting.clear();
    for (const [key, { controller, kind, namespace, name }] of round) {
      const object = this.#api.store.get(kind, namespace, name);
      if (!object) continue;
      const answer = this.#reconciled(controller, object);
      this.#alarms.get(key)?.cancel();
      this.#alarms.delete(key);
      if (answer?.again !== undefined && Number.isFinite(answer.again))
        this.#alarms.set(
          key,
          this.#api.clock.after(answer.again, () => {
            this.#alarms.delete(key);
            const now = this.#api.store.get(kind, namespace, name);
            if (now) this.#ask(controller, kind, now);
          }),
        );
    }
    if (this.#garbage) {
      this.#garbage = false;
      collectGarbage(this.#api);
    }
  }

  /** What is refused (a quota, a namespace that goes) is tried again later, as a real controller does. */
  #reconciled(controller: Controller, object: JsonObject): { readonly again?: number } | undefined {
    try {
      return controller.reconcile(object, this.#api);
    } catch (cause) {
      if (cause instanceof Refusal) return { again: 1000 };
      throw cause;
    }
  }
}
