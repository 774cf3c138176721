import type { Finding } from '../text/finding.ts';

const bySchema: ReadonlySet<string> = new Set(['wrong-type', 'missing-field', 'invalid-value', 'invalid-pattern']);

/**
 * A schema refuses in the API server's name what a controller's own rule refuses in words of its own. One mistake is told once: the
 * controller's words stay, and the schema's repair with them.
 */
export function withoutDoubles(findings: readonly Finding[]): readonly Finding[] {
  const schema = findings.filter(it => bySchema.has(it.code));
  if (schema.length === 0) return findings;
  const others = findings.filter(it => !bySchema.has(it.code) && it.severity === 'error');
  const doubled = new Map(schema.flatMap(it => others.filter(other => samePlace(it, other)).map(other => [other, it])));
  if (doubled.size === 0) return findings;
  const dropped = new Set(doubled.values());
  return findings
    .filter(it => !dropped.has(it))
    .map(it => ({ ...it, fixes: it.fixes.length > 0 ? it.fixes : (doubled.get(it)?.fixes ?? []) }));
}

function samePlace(a: Finding, b: Finding): boolean {
  return a.path === b.path && a.document === b.document;
}
