import { globMatches } from '../text/gobwas.ts';
import { isObject, type Json, type JsonObject } from '../text/json.ts';
import { cronFault, cronMatcher } from './cron.ts';

export interface WindowQuestion {
  readonly project: JsonObject;
  readonly application: JsonObject;
  /** A person asked for it, not a loop. */
  readonly manual: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Why no sync may run now, in Argo CD's words (argo-cd:pkg/apis/application/v1alpha1/types.go, SyncWindows): an active deny wins, then an
 * active allow permits, and an allow that is not active denies.
 */
export function blockedByWindow({ project, application, manual, now }: WindowQuestion): string | undefined {
  const windows = windowsOf(project).filter(it => matches(it, application));
  const invalid = windows.map(faultOf).find(it => it !== undefined);
  if (invalid !== undefined) return `Sync operation blocked by sync window: invalid sync windows: ${invalid}`;
  const active = windows.filter(it => isActive(it, now));
  const denies = active.filter(it => it.kind === 'deny');
  if (denies.length > 0) return manual && denies.every(it => it.manualSync) ? undefined : blocked;
  if (active.some(it => it.kind === 'allow')) return undefined;
  const allows = windows.filter(it => it.kind === 'allow');
  if (allows.length === 0 || (manual && allows.every(it => it.manualSync))) return undefined;
  return blocked;
}

const blocked = 'Sync operation blocked by sync window';

interface SyncWindow {
  readonly kind: string;
  readonly schedule: string;
  readonly duration: string;
  readonly timeZone: string;
  readonly manualSync: boolean;
  readonly and: boolean;
  readonly applications: readonly string[];
  readonly namespaces: readonly string[];
  readonly clusters: readonly string[];
}

function windowsOf(project: JsonObject): readonly SyncWindow[] {
  const spec = isObject(project.spec) ? project.spec : {};
  return (Array.isArray(spec.syncWindows) ? spec.syncWindows : []).filter(isObject).map(it => ({
    kind: textOf(it.kind),
    schedule: textOf(it.schedule),
    duration: textOf(it.duration),
    timeZone: textOf(it.timeZone),
    manualSync: it.manualSync === true,
    and: it.andOperator === true,
    applications: textsOf(it.applications),
    namespaces: textsOf(it.namespaces),
    clusters: textsOf(it.clusters),
  }));
}

function matches({ and, applications, clusters, namespaces }: SyncWindow, application: JsonObject): boolean {
  const metadata = isObject(application.metadata) ? application.metadata : {};
  const spec = isObject(application.spec) ? application.spec : {};
  const destination = isObject(spec.destination) ? spec.destination : {};
  const any = (patterns: readonly string[], ...texts: readonly string[]): boolean =>
    patterns.some(pattern => texts.some(text => text !== '' && globMatches(pattern, text)));
  const said = [
    { patterns: applications, matched: any(applications, textOf(metadata.name)) },
    { patterns: clusters, matched: any(clusters, textOf(destination.name), textOf(destination.server)) },
    { patterns: namespaces, matched: any(namespaces, textOf(destination.namespace)) },
  ].filter(it => it.patterns.length > 0);
  return and ? said.length > 0 && said.every(it => it.matched) : said.some(it => it.matched);
}

function faultOf({ schedule, duration }: SyncWindow): string | undefined {
  const fault = cronFault(schedule);
  if (fault !== undefined) return `cannot parse schedule '${schedule}': ${fault}`;
  return durationMs(duration) === undefined
    ? `cannot parse duration '${duration}': time: invalid duration "${duration}"`
    : undefined;
}

const minuteMs = 60_000;
/** Longer windows than this are open all the time for all that their schedules can say. */
const longestMs = 400 * 86_400_000;

/** Opened within the last `duration`, by the clock of its time zone. */
function isActive({ schedule, duration, timeZone }: SyncWindow, now: number): boolean {
  const names = cronMatcher(schedule);
  const local = now + offsetMs(timeZone, now);
  const since = local - Math.min(longestMs, durationMs(duration) ?? 0);
  for (let at = Math.ceil(local / minuteMs) * minuteMs - minuteMs; at > since; at -= minuteMs)
    if (names(new Date(at))) return true;
  return false;
}

/** A time zone that nobody knows counts as UTC. */
function offsetMs(timeZone: string, now: number): number {
  if (timeZone === '' || timeZone === 'UTC') return 0;
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
      new Date(now),
    );
    const [, sign = '+', hours = '0', minutes = '0'] =
      /GMT([+-])(\d+):(\d+)/.exec(parts.find(it => it.type === 'timeZoneName')?.value ?? '') ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs;
  } catch {
    return 0;
  }
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's durations. */
function durationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return text === '0' ? 0 : undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const textsOf = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? value.map(textOf) : []);
