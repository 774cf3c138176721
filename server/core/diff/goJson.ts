import { byCodePoint } from '../generate/go/print.ts';
import { isObject, type Json } from '../text/json.ts';
import { isList } from './json.ts';

/** JSON as Go's encoding/json writes it: keys in order, `<`, `>` and `&` escaped. */
export function goJson(value: Json): string {
  return sorted(value).replace(
    /[<>&\u2028\u2029]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(value: Json): string {
  if (isList(value)) return `[${value.map(sorted).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort(byCodePoint);
  return `{${keys.map(key => `${JSON.stringify(key)}:${sorted(value[key] ?? null)}`).join(',')}}`;
}
