import { isMap, visit } from 'yaml';
import { find } from '../../documents/nodes.ts';
import type { Problem } from '../../text/finding.ts';
import { pointer } from '../../text/json.ts';
import type { Rule } from '../rule.ts';

/**
 * `name: {{ .x }}` is no YAML error: it is a map whose key is a map. An ApplicationSet then has an object where a string belongs, and the
 * API server refuses it with words that do not help.
 */
export const unquotedTemplate: Rule = {
  name: 'unquotedTemplate',
  summary: 'A template is not quoted and is read as a map',
  codes: ['unquoted-template'],
  local: true,
  applies: kind => kind === 'ApplicationSet' || kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate',
  judgesPatches: true,
  check: ({ document }) => {
    const problems: Problem[] = [];
    visit(document.yaml, {
      // A plain scalar cannot begin with a brace: this is a template that was read as if it were quoted (documents/unquoted.ts).
      Scalar: (_, { type, source, range }) => {
        if (type !== 'PLAIN' || !source?.startsWith('{{') || !range) return;
        const at = document.at(document.base + range[0]);
        if (at) problems.push(problem(at.path));
      },
      Pair: (_, pair, ancestors) => {
        const value = pair.value;
        if (!isMap(value) || !value.flow || !value.items.some(it => isMap(it.key) && it.key.flow)) return;
        const path = pathTo(pair, ancestors);
        if (find(document.yaml, path)?.value !== value) return;
        problems.push(problem(path));
      },
    });
    return { problems };
  },
};

const problem = (path: string): Problem => ({
  code: 'unquoted-template',
  path,
  message: 'A value that begins with "{" is a map to YAML, not text. Put the template in quotes.',
  fixes: [{ title: 'Put the template in quotes', preferred: true, changes: [{ kind: 'quote', path }] }],
});

function pathTo(pair: unknown, ancestors: readonly unknown[]): string {
  const path: string[] = [];
  const chain = [...ancestors, pair];
  for (const [i, node] of chain.entries()) {
    const next = chain[i + 1];
    if (typeof node !== 'object' || node === null) continue;
    if ('key' in node) path.push(String((node.key as { value?: unknown } | null)?.value));
    else if ('items' in node && Array.isArray(node.items) && !isMap(node)) path.push(String(node.items.indexOf(next)));
  }
  return pointer(path);
}
