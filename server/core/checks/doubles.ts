import type { Finding } from '../text/finding.ts';

const bySchema: ReadonlySet<string> = new Set(['wrong-type', 'missing-field', 'invalid-value', 'invalid-pattern']);

/**
 * A schema refuses in the API server's name what a controller's own rule refuses in words of its own. One mistake is told once: the
 * controller's words stay, and the schema's repair with them. Of a value of the wrong type a controller has something to say only where it
 * says that it cannot read it; any other rule has taken it for absent.
 */
export function withoutDoubles(findings: readonly Finding[]): readonly Finding[] {
  const schema = findings.filter(it => bySchema.has(it.code));
  if (schema.length === 0) return findings;
  const others = findings.filter(it => !bySchema.has(it.code) && it.severity === 'error');
  const dropped = new Set<Finding>();
  const repairs = new Map<Finding, Finding['fixes']>();
  for (const one of schema)
    for (const other of others.filter(it => isSameMistake(one, it))) {
      const unread = one.code === 'wrong-type' && !other.code.endsWith('-unreadable');
      dropped.add(unread ? other : one);
      repairs.set(other, one.fixes);
    }
  return findings
    .filter(it => !dropped.has(it))
    .map(it => (it.fixes.length === 0 && repairs.has(it) ? { ...it, fixes: repairs.get(it) ?? [] } : it));
}

/** Rules that mark the object in which a field is missing, with the field's name. */
const absent: Readonly<Record<string, string>> = {
  'invalid-destination': 'destination',
  'incomplete-source': 'repoURL',
};

function isSameMistake(schema: Finding, other: Finding): boolean {
  return schema.path === other.path || schema.path === `${other.path}/${absent[other.code]}`;
}
