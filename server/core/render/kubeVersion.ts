import { goQuote } from '../generate/go/print.ts';
import { Refused } from './stop.ts';

/** The numbers of a version alone: vendors add what Helm does not read (k8s.io/apimachinery:pkg/util/version ParseGeneric). */
export function kubeVersionFrom(version: string): string {
  if (version === '') return '';
  const refuse = (why: string) => new Refused(`could not parse kubernetes version ${version}: ${why}`);
  const numbers = /^\s*v?(\d+(?:\.\d+)*)[^\n]*$/.exec(version)?.[1];
  if (numbers === undefined) throw refuse(`could not parse ${goQuote(version)} as version`);
  const components = numbers.split('.');
  if (components.length < 2) throw refuse(`illegal version string ${goQuote(version)}`);
  const [major = ''] = components;
  if (major.startsWith('0') && major !== '0')
    throw refuse(`illegal zero-prefixed version component ${goQuote(major)} in ${goQuote(version)}`);
  return components.map(it => it.replace(/^0+(?=\d)/, '')).join('.');
}
