import { keyText } from '../../core/sync/resource.ts';
import type { ContentAt, Delivery, ResourceDifference } from '../../engine/delivery.ts';
import {
  type DiffAnswer,
  type DiffParams,
  type DiffSide,
  type LookParams,
  liveScheme,
  logScheme,
  type ResourceName,
  targetScheme,
} from '../../protocol/delivery.ts';
import { comparedText, eventsText, objectText, sideText } from '../../views/deliveryTexts.ts';

/** What a document of ours shows; stands in the query of its URI, so that an editor that was restarted can ask for it again. */
type Shows =
  | {
      readonly at: 'side';
      readonly application: string;
      readonly resource: ResourceName;
      readonly side: DiffSide;
      /** The other side: live is read for what it is compared with. */
      readonly other: DiffSide;
    }
  | { readonly at: 'live' | 'events'; readonly application: string; readonly resource: ResourceName }
  | {
      readonly at: 'logs';
      readonly application: string;
      readonly resource: ResourceName;
      readonly container?: string;
    };

const logLines = 1_000;
const logPauseMs = 2_000;
const changePauseMs = 250;

/** Documents that follow the cluster and the buffers: sides of differences, live objects, events, logs. */
export class DeliveryDocuments {
  readonly #delivery: Delivery;
  readonly #refresh: (uri: string) => void;
  readonly #shown = new Map<string, { readonly shows: Shows; text: string }>();
  readonly #differences = new Map<string, Promise<readonly ResourceDifference[]>>();
  readonly #stale = new Set<string>();
  #pause: NodeJS.Timeout | undefined;
  #following: NodeJS.Timeout | undefined;

  constructor(delivery: Delivery, refresh: (uri: string) => void) {
    this.#delivery = delivery;
    this.#refresh = refresh;
  }

  /** Text for a URI that the editor asks for. */
  async content(uri: string): Promise<string> {
    const shows = showsOf(uri);
    if (!shows) return '# This document belongs to no object. Open it from the view Clusters.\n';
    const text = await this.#textOf(shows);
    this.#shown.set(uri, { shows, text });
    this.#followLogs();
    return text;
  }

  closed(uri: string): void {
    for (const known of [...this.#shown.keys()]) if (sameUri(known, uri)) this.#shown.delete(known);
    this.#followLogs();
  }

  /** Something of these Applications changed; absent: of any. */
  stale(ids?: readonly string[]): void {
    const concerned = ids ? new Set(ids) : undefined;
    for (const key of [...this.#differences.keys()])
      if (!concerned || concerned.has(key.slice(key.indexOf(' ') + 1))) this.#differences.delete(key);
    for (const [uri, { shows }] of this.#shown)
      if (!concerned || concerned.has(shows.application)) this.#stale.add(uri);
    if (this.#stale.size === 0 || this.#pause) return;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      const uris = [...this.#stale];
      this.#stale.clear();
      void Promise.all(uris.map(it => this.#renew(it)));
    }, changePauseMs);
    this.#pause.unref();
  }

  async diff({ application, only, left, right, all }: DiffParams): Promise<DiffAnswer> {
    const status = this.#delivery.application(application);
    const name = status?.name ?? application;
    if (status?.history.length === 0 && [left, right].includes('lastSynced')) {
      const message = `${name} was never synced from here, so there is no last sync to compare with.`;
      return { title: '', files: [], message };
    }
    const [lefts, rights] = await Promise.all([
      this.#side(application, left, right),
      this.#side(application, right, left),
    ]);
    const keys = new Map([...lefts, ...rights].map(it => [keyText(it.key), it.key]));
    const wanted = only && new Set(only.map(keyText));
    const textAt = (side: readonly Sided[], key: string): string =>
      side.find(it => keyText(it.key) === key)?.text ?? '';
    const chosen = [...keys].filter(
      ([key]) =>
        (wanted?.has(key) ?? true) && (all || wanted?.size === 1 || textAt(lefts, key) !== textAt(rights, key)),
    );
    const files = chosen.map(([, resource]) => ({
      label: `${resource.kind} ${resource.name}`,
      left: uriOf({ at: 'side', application, resource, side: left, other: right }, name),
      right: uriOf({ at: 'side', application, resource, side: right, other: left }, name),
    }));
    const found = new Map([...lefts, ...rights].map(it => [keyText(it.key), it]));
    const stale =
      [left, right].includes('live') && (status?.phase === 'unreachable' || status?.phase === 'loginExpired');
    const asServer = chosen.every(([key]) => found.get(key)?.asServer ?? true);
    const title = `${name}: ${sideText(left)} ↔ ${sideText(right)}${stale ? ' (as last seen)' : asServer ? '' : ' (without the server)'}`;
    const notes = [...new Set([...lefts, ...rights].flatMap(it => (it.note === undefined ? [] : [it.note])))];
    const nothing =
      keys.size === 0
        ? `${name} has no resources to compare. ${status?.message ?? ''}`.trim()
        : wanted && ![...keys.keys()].some(it => wanted.has(it))
          ? `${name} does not manage this.`
          : `${name} is the same on both sides: ${sideText(left)}, ${sideText(right)}.`;
    const before = stale ? [`${status.cluster} does not answer. As it was seen last:`] : [];
    const message = files.length === 0 ? [...before, nothing, ...notes].join(' ') : undefined;
    return { title, files, ...(message !== undefined && { message }) };
  }

  look({ application, resource, at, container }: LookParams): string {
    const name = this.#delivery.application(application)?.name ?? application;
    return uriOf(
      at === 'logs'
        ? { at, application, resource, ...(container !== undefined && { container }) }
        : { at, application, resource },
      name,
    );
  }

  dispose(): void {
    clearTimeout(this.#pause);
    clearInterval(this.#following);
  }

  async #textOf(shows: Shows): Promise<string> {
    const { application, resource } = shows;
    try {
      switch (shows.at) {
        case 'side': {
          const key = keyText(resource);
          const side = await this.#side(application, shows.side, shows.other);
          return side.find(it => keyText(it.key) === key)?.text ?? '';
        }
        case 'live': {
          const object = await this.#delivery.live(application, resource);
          return object ? objectText(object) : `# ${resource.kind} ${resource.name} is not in the cluster.\n`;
        }
        case 'events':
          return eventsText(resource, await this.#delivery.events(application, resource));
        case 'logs': {
          const { container } = shows;
          const text = await this.#delivery.logs(application, resource, {
            tailLines: logLines,
            ...(container !== undefined && { container }),
          });
          return text === '' ? 'The log is empty.\n' : text;
        }
      }
    } catch (cause) {
      // A cluster that refuses is what there is to read here; its message says what to do and holds no Secret.
      return `# ${cause instanceof Error ? cause.message : String(cause)}\n`;
    }
  }

  /** One side of every resource. Live as it is normalized for the comparison with the other side. */
  async #side(application: string, side: DiffSide, other: DiffSide): Promise<readonly Sided[]> {
    const target: ContentAt = side !== 'live' ? side : other !== 'live' ? other : 'buffers';
    const found = await this.#differencesOf(application, target);
    const withLive = side === 'live' || other === 'live';
    return found.map(it => {
      const head = withLive && it.live && it.predicted ? comparedText(it) : '';
      return {
        key: { group: it.group, kind: it.kind, namespace: it.namespace, name: it.name },
        text: `${head}${objectText(side === 'live' ? it.live : it.predicted)}`,
        note: it.note,
        asServer: head === '' || it.by === 'server' || it.by === 'settled',
      };
    });
  }

  #differencesOf(application: string, target: ContentAt): Promise<readonly ResourceDifference[]> {
    const key = `${JSON.stringify(target)} ${application}`;
    const known = this.#differences.get(key);
    if (known) return known;
    const asked = this.#delivery.differences(application, { target });
    this.#differences.set(key, asked);
    // A failure is not remembered: the next look asks again.
    asked.catch(() => this.#differences.delete(key));
    return asked;
  }

  async #renew(uri: string): Promise<void> {
    const known = this.#shown.get(uri);
    if (!known) return;
    const text = await this.#textOf(known.shows);
    if (text === known.text) return;
    known.text = text;
    this.#refresh(uri);
  }

  #followLogs(): void {
    const logs = [...this.#shown].filter(([, it]) => it.shows.at === 'logs' || it.shows.at === 'events');
    if (logs.length === 0) {
      clearInterval(this.#following);
      this.#following = undefined;
      return;
    }
    if (this.#following) return;
    this.#following = setInterval(() => {
      for (const [uri, { shows }] of this.#shown)
        if (shows.at === 'logs' || shows.at === 'events') void this.#renew(uri);
    }, logPauseMs);
    this.#following.unref();
  }
}

interface Sided {
  readonly key: ResourceName;
  readonly text: string;
  readonly note: string | undefined;
  /** It is what the API server says, or nothing was asked about. */
  readonly asServer: boolean;
}

/** Both sides of a difference have the same path: the editor would take another one for a renamed file. */
function uriOf(shows: Shows, application: string): string {
  const { kind, name } = shows.resource;
  const scheme =
    shows.at === 'logs' || shows.at === 'events'
      ? logScheme
      : shows.at !== 'side' || shows.side === 'live'
        ? liveScheme
        : targetScheme;
  const ending = { side: 'yaml', live: 'live.yaml', events: 'events.log', logs: 'log' }[shows.at];
  const path = [application, `${kind} ${name}.${ending}`].map(encodeURIComponent).join('/');
  return `${scheme}:/${path}?${encodeURIComponent(JSON.stringify(shows))}`;
}

function showsOf(uri: string): Shows | undefined {
  const shows = queryOf(uri);
  if (typeof shows !== 'object' || shows === null) return undefined;
  const { at, application, resource } = shows as Partial<Shows>;
  return typeof at === 'string' && typeof application === 'string' && typeof resource?.kind === 'string'
    ? (shows as Shows)
    : undefined;
}

function queryOf(uri: string): unknown {
  let query = uri.slice(uri.indexOf('?') + 1);
  try {
    // Editors differ in how often they encode a query.
    for (let round = 0; round < 3 && query.startsWith('%'); round++) query = decodeURIComponent(query);
    return JSON.parse(query);
  } catch {
    // Not a URI of ours: somebody typed it.
    return undefined;
  }
}

/** Editors spell the same URI in more than one way. */
function sameUri(a: string, b: string): boolean {
  return a === b || (a.split(':')[0] === b.split(':')[0] && JSON.stringify(queryOf(a)) === JSON.stringify(queryOf(b)));
}
