import type { Problem } from '../../text/finding.ts';
import { nameOfSet } from '../describe.ts';
import { nameOf } from '../validate.ts';
import type { Inspection } from './inspection.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** One wrong template makes many wrong names; a few of them say enough. */
const MOST = 5;

/** Names that the API server refuses; the controller does not look at them, so only creating the Application fails. */
export const names: Inspection = {
  name: 'names',
  summary: 'Generated names are such that the API server takes them',
  inspect({ applications }) {
    const wrong = new Map<string, { readonly from: string; readonly why: string }>();
    for (const generated of applications) {
      const name = nameOf(generated.application);
      const why = name === '' || wrong.has(name) ? undefined : faultOf(name);
      if (why !== undefined) wrong.set(name, { from: nameOfSet(generated), why });
    }
    const shown = [...wrong].slice(0, MOST).map(
      ([name, { from, why }]): Problem => ({
        code: 'invalid-application-name',
        severity: 'warning',
        message: `metadata.name: Invalid value: ${JSON.stringify(name)}: ${why}. The API server refuses this Application, made from ${from}; the function normalize makes a valid name.`,
        path: '/spec/template/metadata/name',
      }),
    );
    const rest = wrong.size - shown.length;
    if (rest === 0) return shown;
    const message = `${rest} more generated names are refused by the API server.`;
    return [
      ...shown,
      { code: 'invalid-application-name', severity: 'warning', message, path: '/spec/template/metadata/name' },
    ];
  },
};

/** k8s.io/apimachinery:pkg/util/validation/validation.go, IsDNS1123Subdomain. */
function faultOf(name: string): string | undefined {
  if (name.length > 253) return 'must be no more than 253 characters';
  if (SUBDOMAIN.test(name)) return undefined;
  return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
}
