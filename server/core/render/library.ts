import type { Facts } from '../facts/facts.ts';
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

/** What the tools are called in sentences. */
const tools: Readonly<Record<string, string>> = {
  helmTemplate: 'Helm',
  kustomizeBuild: 'Kustomize',
  kustomizeEdit: 'Kustomize',
  jsonnet: 'Jsonnet',
};

/**
 * Asks a library of server/golib; an answer that is not there yet stops the run. What the library itself finds wrong is an answer; one that did
 * not end, or died, has none.
 */
export function call(op: string, args: Json, facts: Facts): Json {
  const of = { op, args };
  const result = facts.get('library', of);
  if (result === undefined) throw new Waiting([{ kind: 'library', of }]);
  if ('unavailable' in result) throw new Unknowable('tool', op, result.why);
  if (!result.ok) throw new Unknowable('tool', tools[op] ?? op, `${tools[op] ?? op} gave no answer. ${result.error}`);
  return result.value;
}

/** By text, in their order, as sigs.k8s.io/yaml converts them. */
export function convertYaml(
  texts: readonly string[],
  facts: Facts,
): readonly ({ readonly value: Json } | { readonly error: string })[] {
  const value = call('yamlToJson', { texts }, facts);
  const answers = Array.isArray(value) ? (value as readonly Json[]) : [];
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
  const answer = call('glob', { dialect, pattern, names }, facts);
  const value = isObject(answer) ? answer : {};
  if (Array.isArray(value.matches)) return { matches: value.matches.map(it => it === true) };
  return { matches: names.map(() => false), error: String(value.error) };
}
