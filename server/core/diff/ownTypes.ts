import { parseDuration } from '../text/duration.ts';
import type { Json } from '../text/json.ts';
import { canonicalQuantity, parseQuantity } from '../text/quantity.ts';
import { DiffError } from './failure.ts';

/** A Go type that reads and writes its own JSON. `read` never gets null. */
interface OwnType {
  /** The value as it is written after it was read; throws where Go refuses it. */
  read(value: Json): Json;
  /** How its zero value is written. */
  readonly zero: Json;
  isZero(value: Json): boolean;
}

const int32 = 2 ** 31;

const raw: OwnType = { read: value => value, zero: null, isZero: value => value === null };

/** apimachinery:pkg/apis/meta/v1/time.go and micro_time.go, pkg/api/resource/quantity.go, pkg/util/intstr/intstr.go */
const ownTypes: Readonly<Record<string, OwnType>> = {
  Quantity: {
    read: value => {
      const text = (typeof value === 'string' ? value : JSON.stringify(value)).trim();
      const parsed = parseQuantity(text);
      if ('error' in parsed) throw new DiffError(parsed.error);
      return canonicalQuantity(text);
    },
    zero: '0',
    isZero: () => false,
  },
  IntOrString: {
    read: value => {
      if (typeof value === 'string') return value;
      if (typeof value === 'number' && Number.isInteger(value) && value >= -int32 && value < int32) return value;
      throw new DiffError('neither an int32 nor a string');
    },
    zero: 0,
    isZero: () => false,
  },
  Time: { read: value => timeText(value, 0), zero: null, isZero: value => value === null },
  MicroTime: { read: value => timeText(value, 6), zero: null, isZero: value => value === null },
  Duration: {
    read: value => {
      const parsed = typeof value === 'string' ? parseDuration(value) : undefined;
      if (!parsed || 'error' in parsed) throw new DiffError('not a duration');
      return durationText(parsed.nanoseconds);
    },
    zero: '0s',
    isZero: () => false,
  },
  RawExtension: raw,
  FieldsV1: raw,
};

export function ownType(name: string): OwnType {
  return ownTypes[name] ?? raw;
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/;

function timeText(value: Json, decimals: number): Json {
  const match = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (!match) throw new DiffError('not a time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', zone = 'Z'] = [match[7], match[8]];
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > days || hour > 23 || minute > 59 || second > 59)
    throw new DiffError('not a time');
  const offset = zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000);
  // Go's zero time is written as null.
  if (moment.getTime() === Date.UTC(1, 0, 1) - 0 && year === 1) return null;
  const whole = moment.toISOString().slice(0, 19);
  return decimals === 0 ? `${whole}Z` : `${whole}.${fraction.padEnd(decimals, '0').slice(0, decimals)}Z`;
}

/** Go's Duration.String(). */
function durationText(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const [sign, total] = nanoseconds < 0 ? ['-', -nanoseconds] : ['', nanoseconds];
  if (total < 1e9) {
    const [unit, scale] = total < 1e3 ? ['ns', 1] : total < 1e6 ? ['µs', 1e3] : ['ms', 1e6];
    return `${sign}${total / Number(scale)}${unit}`;
  }
  const hours = Math.floor(total / 3600e9);
  const minutes = Math.floor((total % 3600e9) / 60e9);
  const seconds = Number(((total % 60e9) / 1e9).toFixed(9));
  return `${sign}${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
