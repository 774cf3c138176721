/** `SanitizeName` (argo-cd:applicationset/utils/utils.go): lower-case, `-` for what a DNS name may not hold, cut at 253, trimmed. */
export function normalized(name: string): string {
  // Go's ToLower maps U+0130 to a plain `i`; JavaScript adds a combining dot.
  const clean = [...name.replaceAll('\u0130', 'i')].map(char => {
    const lower = char.toLowerCase();
    return /^[-a-z0-9.]$/.test(lower) ? lower : '-';
  });
  return clean
    .join('')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '');
}

/** Go's path.Base: the last element, `.` for an empty path. */
export function baseName(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** Go's path.Dir of a clean relative path: `.` where there is no directory. */
export function directoryName(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash) || '/';
}
