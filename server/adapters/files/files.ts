import { lstat, open, readlink, realpath, stat } from 'node:fs/promises';
import type { FileSystem } from '../../engine/ports.ts';
import { isShown, walk } from './walk.ts';

/** The disk. Paths have forward slashes on every system. */
export function createFileSystem(): FileSystem {
  return {
    listManifests: (root, options) =>
      walk(root, {
        exclude: options.exclude,
        wanted: isManifestName,
        links: 'skip',
        ignoreFiles: 'respect',
        signal: options.signal,
      }),
    isManifest: (root, file, { exclude }) =>
      isShown(root, file, { exclude, wanted: isManifestName, links: 'skip', ignoreFiles: 'respect' }),
    listFiles: async root => {
      const files: string[] = [];
      for await (const file of walk(root, { exclude: [], wanted: () => true, links: 'list', ignoreFiles: 'disregard' }))
        files.push(file.slice(root.length + 1));
      return files;
    },
    read,
    kindOf: async path => {
      const found = await stat(path).catch(() => undefined);
      return found?.isDirectory() ? 'directory' : found?.isFile() ? 'file' : undefined;
    },
    realPath: async path => (await realpath(path).catch(() => undefined))?.replaceAll('\\', '/'),
    readBytes,
    linksAmong,
  };
}

/** Looked at in portions, so that a large folder does not open everything at once. */
const abreast = 128;

async function linksAmong(root: string, files: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const links: Record<string, string> = {};
  for (let at = 0; at < files.length; at += abreast) {
    await Promise.all(
      files.slice(at, at + abreast).map(async file => {
        const found = await lstat(`${root}/${file}`).catch(() => undefined);
        if (!found?.isSymbolicLink()) return;
        // Gone between two looks: then it is no link any more.
        const target = await readlink(`${root}/${file}`).catch(() => undefined);
        if (target !== undefined) links[file] = target.replaceAll('\\', '/');
      }),
    );
  }
  return links;
}

function isManifestName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

async function read(path: string, maxBytes: number): Promise<string | 'tooLarge' | undefined> {
  const bytes = await readBytes(path, maxBytes);
  return bytes === undefined || bytes === 'tooLarge' ? bytes : textOf(bytes);
}

async function readBytes(path: string, maxBytes: number): Promise<Buffer | 'tooLarge' | undefined> {
  // One handle for size and content: the file may be replaced between two looks.
  const handle = await open(path, 'r').catch(() => undefined);
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    // A pipe or a device would never end.
    if (!found.isFile()) return undefined;
    if (found.size > maxBytes) return 'tooLarge';
    return await handle.readFile();
  } catch {
    // Deleted, truncated or unmounted while being read: to the caller it is gone, which the next event will say too.
    return undefined;
  } finally {
    await handle.close();
  }
}

/** UTF-8, or UTF-16 with a byte order mark; `undefined` for what is no text. A zero byte near the start tells, as in git. */
export function textOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(bytes).swap16().toString('utf16le');
  return bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8');
}
