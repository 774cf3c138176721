import { isMap, isScalar, type Node, visit } from 'yaml';
import { keyText } from '../../documents/nodes.ts';
import type { Problem } from '../../text/finding.ts';
import { pointer } from '../../text/json.ts';
import type { Rule } from '../rule.ts';

/** kubectl and Argo CD read the last of two equal keys; `kubectl --validate=strict` refuses. Nobody means it. */
export const duplicateKey: Rule = {
  name: 'duplicateKey',
  summary: 'A key stands twice in one map',
  codes: ['duplicate-key'],
  local: true,
  applies: () => true,
  judgesPatches: true,
  check: ({ document }) => {
    const problems: Problem[] = [];
    visit(document.yaml, {
      Map: (_, map, ancestors) => {
        const seen = new Map<string, number>();
        for (const { key } of map.items) {
          const name = keyText(key);
          if (name !== undefined && name !== '<<') seen.set(name, (seen.get(name) ?? 0) + 1);
        }
        for (const [name, times] of seen) {
          if (times > 1) problems.push(problemAt(name, [...ancestors, map]));
        }
      },
    });
    return { problems };
  },
};

function problemAt(name: string, ancestors: readonly unknown[]): Problem {
  return {
    code: 'duplicate-key',
    path: pointer([...segments(ancestors), name]),
    part: 'key',
    message: `"${name}" stands more than once here; only this last one counts. Remove the others.`,
  };
}

/** The pointer of the innermost of a chain of nodes, read from how each contains the next. */
function segments(ancestors: readonly unknown[]): (string | number)[] {
  const path: (string | number)[] = [];
  for (const [i, node] of ancestors.entries()) {
    const next = ancestors[i + 1];
    if (isMap(node)) {
      const pair = node.items.find(it => it === next);
      if (pair && isScalar(pair.key)) path.push(String(pair.key.value));
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      const index = node.items.indexOf(next as Node);
      if (index >= 0) path.push(index);
    }
  }
  return path;
}
