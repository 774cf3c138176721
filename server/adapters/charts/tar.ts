import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FileContent } from '../../core/facts/facts.ts';

/** What one chart may hold; no chart comes near it. */
const mostBytes = 100_000_000;

/**
 * The files of a packaged chart without its outermost folder (chart/v2/loader does the same), or of an archive that has none as they are. Links
 * and devices are left out, and what would climb out of the folder makes the whole archive wrong.
 */
export async function unpack(
  archive: Uint8Array,
  { hasFolder }: { readonly hasFolder: boolean },
): Promise<Readonly<Record<string, FileContent>>> {
  const tar = await promisify(gunzip)(archive, { maxOutputLength: mostBytes });
  const files: Record<string, FileContent> = {};
  for (const { name, content } of entriesOf(tar)) {
    const path = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
    const inside = hasFolder ? path.slice(path.indexOf('/') + 1) : path;
    if ((hasFolder && !path.includes('/')) || inside === '') continue;
    if (path.startsWith('/') || inside.split('/').includes('..')) throw new Error(`the archive names ${path}`);
    files[inside] = contentOf(content);
  }
  return files;
}

interface Entry {
  readonly name: string;
  readonly content: Buffer;
}

const block = 512;

/** Plain files of a tar in ustar, GNU and pax form. */
function* entriesOf(tar: Buffer): Iterable<Entry> {
  let longName: string | undefined;
  for (let at = 0; at + block <= tar.length; ) {
    const header = tar.subarray(at, at + block);
    if (header.every(byte => byte === 0)) return;
    const size = sizeIn(header);
    const content = tar.subarray(at + block, at + block + size);
    if (content.length < size) throw new Error('the archive is cut short');
    at += block + Math.ceil(size / block) * block;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') longName = paxPath(content) ?? longName;
    else if (type === 'L') longName = textIn(content);
    else {
      if (type === '0' || type === '\0') yield { name: longName ?? nameIn(header), content: Buffer.from(content) };
      if (type !== 'g') longName = undefined;
    }
  }
}

function sizeIn(header: Buffer): number {
  const field = header.subarray(124, 136);
  // Sizes that octal digits cannot hold are binary; no chart has one.
  if ((field[0] ?? 0) & 0x80) throw new Error('a file of the archive is too large');
  const size = Number.parseInt(textIn(field).trim() || '0', 8);
  if (!Number.isFinite(size) || size > mostBytes) throw new Error('the archive cannot be read');
  return size;
}

function nameIn(header: Buffer): string {
  const name = textIn(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 262) === 'ustar';
  const prefix = isUstar ? textIn(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** `<length> path=<value>\n` among other records. */
function paxPath(content: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1];
}

function textIn(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

/** Text where it survives being text; a packaged subchart or an image does not. */
function contentOf(bytes: Buffer): FileContent {
  const text = bytes.toString('utf8');
  return !bytes.subarray(0, 8000).includes(0) && Buffer.from(text, 'utf8').equals(bytes)
    ? text
    : { base64: bytes.toString('base64') };
}
