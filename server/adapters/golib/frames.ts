import type { LibraryCall, LibraryResult } from '../../core/facts/facts.ts';
import type { Json } from '../../core/text/json.ts';

/** The words of server/golib/wire: batches of calls as bytes, see the head of wire.go for the layout. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeRequest(calls: readonly LibraryCall[]): Uint8Array<ArrayBuffer> {
  const frames = calls.flatMap(call => [encoder.encode(call.op), encoder.encode(JSON.stringify(call.args))]);
  const bytes = new Uint8Array(4 + frames.reduce((sum, frame) => sum + 4 + frame.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, calls.length, true);
  let at = 4;
  for (const frame of frames) {
    view.setUint32(at, frame.length, true);
    bytes.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return bytes;
}

export function decodeAnswer(bytes: Uint8Array): readonly LibraryResult[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const results: LibraryResult[] = [];
  for (let at = 0; at < bytes.length; ) {
    const answered = bytes[at] === 1;
    const length = view.getUint32(at + 1, true);
    const text = decoder.decode(bytes.subarray(at + 5, at + 5 + length));
    results.push(answered ? { ok: true, value: JSON.parse(text) as Json } : { ok: false, error: text });
    at += 5 + length;
  }
  return results;
}
