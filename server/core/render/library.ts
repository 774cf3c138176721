import type { Facts, LibraryResult } from '../facts/facts.ts';
import { isObject, type Json } from '../text/json.ts';
import { Unknowable, Waiting } from './stop.ts';

/** Stands for the repository's root in what the libraries are given, so that it can be found again in what they say. */
export const root = '/gitops.workbench.root';

/** Argo CD's words have the folder of its clone here; ours name it. */
export function shown(text: string): string {
  return text.replaceAll(root, '<root>');
}

export function absolute(path: string): string {
  return path === '' ? root : `${root}/${path}`;
}

/** Asks a library of server/golib; an answer that is not there yet stops the run. */
export function call(op: string, args: Json, facts: Facts): LibraryResult {
  const of = { op, args };
  const result = facts.get('library', of);
  if (result === undefined) throw new Waiting([{ kind: 'library', of }]);
  if ('unavailable' in result) throw new Unknowable('library', op, result.why);
  return result;
}

/** By text, in their order, as sigs.k8s.io/yaml converts them. */
export function convertYaml(
  texts: readonly string[],
  facts: Facts,
): readonly ({ readonly value: Json } | { readonly error: string })[] {
  const result = call('yamlToJson', { texts }, facts);
  if (!result.ok) return texts.map(() => ({ error: result.error }));
  const answers = Array.isArray(result.value) ? (result.value as readonly Json[]) : [];
  return texts.map((_, at) => {
    const answer = answers[at];
    if (isObject(answer) && answer.value !== undefined) return { value: answer.value };
    return { error: isObject(answer) ? String(answer.error) : 'the YAML library gave no answer' };
  });
}

/** Which of the names a glob matches; a pattern that does not compile matches nothing. */
export function matching(
  dialect: 'gobwas' | 'doublestar',
  pattern: string,
  names: readonly string[],
  facts: Facts,
): { readonly matches: readonly boolean[]; readonly error?: string } {
  if (names.length === 0) return { matches: [] };
  const result = call('glob', { dialect, pattern, names }, facts);
  const value = result.ok && isObject(result.value) ? result.value : {};
  if (Array.isArray(value.matches)) return { matches: value.matches.map(it => it === true) };
  return { matches: names.map(() => false), error: result.ok ? String(value.error) : result.error };
}
