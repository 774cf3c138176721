import { expect, test } from 'vitest';
import { jsonSyntaxError } from '../../../server/core/generate/go/jsonError.ts';

test.each([
  ['{"a": [1, true, null, "x\\u00e9"]}', undefined],
  ['{{ .x }}', "invalid character '{' looking for beginning of object key string"],
  ["{'a': 1}", "invalid character '\\'' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a": 1 "b"}', `invalid character '"' after object key:value pair`],
  ['{"a": [1 2]}', "invalid character '2' after array element"],
  ['{"a": trux}', "invalid character 'x' in literal true (expecting 'e')"],
  ['{"a": tru', "invalid character ' ' in literal true (expecting 'e')"],
  ['{"a": 1', 'unexpected end of JSON input'],
  ['{"a": 1} x', "invalid character 'x' after top-level value"],
  ['{"a": é}', "invalid character 'Ã' looking for beginning of value"],
])('%s', (text, message) => {
  expect(jsonSyntaxError(text)).toBe(message);
});
