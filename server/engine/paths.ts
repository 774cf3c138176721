/** Paths with forward slashes, as the engine names files. URIs (`untitled:…`) are no paths. */

export function isPath(file: string): boolean {
  return file.startsWith('/') || /^[A-Za-z]:\//.test(file);
}

export function folderOf(file: string): string {
  const cut = file.lastIndexOf('/');
  return cut <= 0 ? '/' : file.slice(0, cut);
}

/** `undefined` where `file` does not lie below `root`. The root itself is the empty path. */
export function relativeTo(root: string, file: string): string | undefined {
  if (file === root) return '';
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
}

/** `base` + `path` with `.` and `..` resolved; an absolute `path` stands for itself. */
export function resolvePath(base: string, path: string): string {
  const written = path.replaceAll('\\', '/');
  const whole = isPath(written) ? written : `${base}/${written}`;
  const drive = /^[A-Za-z]:/.exec(whole)?.[0] ?? '';
  const out: string[] = [];
  for (const segment of whole.slice(drive.length).split('/')) {
    if (segment === '..') out.pop();
    else if (segment !== '' && segment !== '.') out.push(segment);
  }
  return `${drive}/${out.join('/')}`;
}

/** A path inside a repository, as manifests write it; `undefined` where it would climb out. */
export function pathInside(path: string): string | undefined {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (out.length === 0) return undefined;
      out.pop();
    } else if (segment !== '' && segment !== '.') out.push(segment);
  }
  return out.join('/');
}
