/**
 * Five-field schedules as Argo CD's cron library reads them (robfig/cron/v3: parser.go, with minute, hour, day of month, month and day of
 * week). The library's message, or `undefined` for a schedule that it takes.
 */
export function cronFault(schedule: string): string | undefined {
  if (schedule === '') return 'empty spec string';
  const zone = /^(?:TZ|CRON_TZ)=/.test(schedule) ? schedule.indexOf(' ') : -1;
  const text = zone < 0 ? schedule : schedule.slice(zone).trim();
  if (text.startsWith('@')) return `parser does not accept descriptors: ${text}`;
  const given = text.split(/\s+/u).filter(it => it !== '');
  if (given.length !== fields.length) {
    return `expected exactly ${fields.length} fields, found ${given.length}: [${given.join(' ')}]`;
  }
  for (const [i, field] of fields.entries()) {
    for (const part of (given[i] ?? '').split(',').filter(it => it !== '')) {
      const fault = rangeFault(part, field);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

/** Which minutes a valid schedule names; day of month and day of week are alternatives unless one of them is `*` (robfig/cron/v3: spec.go). */
export function cronMatcher(schedule: string): (at: Date) => boolean {
  const text = schedule.replace(/^(?:TZ|CRON_TZ)=\S+\s+/, '');
  const given = text.split(/\s+/u).filter(it => it !== '');
  const sets = fields.map((field, i) => valuesOf(given[i] ?? '', field));
  const [minutes, hours, days, months_, weekdays_] = sets.map(it => it.values);
  const free = (i: number): boolean => sets[i]?.any ?? true;
  return at => {
    if (!minutes?.has(at.getUTCMinutes()) || !hours?.has(at.getUTCHours()) || !months_?.has(at.getUTCMonth() + 1))
      return false;
    const [day, weekday] = [days?.has(at.getUTCDate()) ?? false, weekdays_?.has(at.getUTCDay()) ?? false];
    return free(2) || free(4) ? day && weekday : day || weekday;
  };
}

function valuesOf(text: string, field: Field): { readonly values: ReadonlySet<number>; readonly any: boolean } {
  const values = new Set<number>();
  let any = false;
  for (const part of text.split(',').filter(it => it !== '')) {
    const [range = '', step] = part.split('/');
    const [low = '', high] = range.split('-');
    const star = low === '*' || low === '?';
    const every = Number(step ?? 1);
    if (star && every <= 1) any = true;
    const start = star ? field.least : Number(pointOf(low, field));
    const end = star || (step !== undefined && high === undefined) ? field.most : Number(pointOf(high ?? low, field));
    for (let value = start; value <= end; value += Math.max(1, every)) values.add(value);
  }
  return { values, any };
}

interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: weekdays },
];

/** `number | number "-" number [ "/" number ]`, `*` and `?` for everything. */
function rangeFault(text: string, field: Field): string | undefined {
  const [range = '', step, ...more] = text.split('/');
  const [low = '', high, ...rest] = range.split('-');
  const any = low === '*' || low === '?';
  if (!any && rest.length > 0) return `too many hyphens: ${text}`;
  const start = any ? field.least : pointOf(low, field);
  if (typeof start === 'string') return start;
  const end = any ? field.most : high === undefined ? start : pointOf(high, field);
  if (typeof end === 'string') return end;
  if (more.length > 0) return `too many slashes: ${text}`;
  const every = step === undefined ? 1 : numberOf(step);
  if (typeof every === 'string') return every;
  const last = step !== undefined && high === undefined ? field.most : end;
  if (start < field.least) return `beginning of range (${start}) below minimum (${field.least}): ${text}`;
  if (last > field.most) return `end of range (${last}) above maximum (${field.most}): ${text}`;
  if (start > last) return `beginning of range (${start}) beyond end of range (${last}): ${text}`;
  return every === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

function pointOf(text: string, { names = [], least }: Field): number | string {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? numberOf(text) : index + least;
}

function numberOf(text: string): number | string {
  if (!/^[-+]?\d+$/.test(text))
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  const value = Number(text);
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}
