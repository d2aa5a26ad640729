import { FastScoreError } from '../../core/errors.ts';

/** The header of a frame, or an object in it: JSON that is not looked at yet. */
export type Header = Record<string, unknown>;

/** A body as buffers to be written one after the other. */
export function body(header: object, blobs: Buffer[]): Buffer[] {
  const all = blobs.length === 0 ? header : { ...header, blobs: blobs.map((blob) => blob.length) };
  const text = JSON.stringify(all);
  const size = Buffer.byteLength(text);
  const head = Buffer.allocUnsafe(4 + size);
  head.writeUInt32LE(size);
  head.write(text, 4);
  return [head, ...blobs];
}

/** @throws FastScoreError JET_PROTOCOL */
export function open(frame: Buffer): { header: Header; blobs: Buffer[] } {
  if (frame.length < 4) throw malformed('a body of less than 4 bytes');
  const size = frame.readUInt32LE(0);
  if (size > frame.length - 4) throw malformed('a header longer than its frame');
  let header: unknown;
  try {
    header = JSON.parse(frame.toString('utf8', 4, 4 + size));
  } catch (error) {
    throw malformed('a header that is not JSON', error);
  }
  if (typeof header !== 'object' || header === null) throw malformed('a header that is not an object');
  const blobs: Buffer[] = [];
  let at = 4 + size;
  for (const length of list(header as Header, 'blobs')) {
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || at + length > frame.length) {
      throw malformed('a blob longer than its frame');
    }
    blobs.push(frame.subarray(at, at + length));
    at += length;
  }
  if (at !== frame.length) throw malformed('bytes after the last blob');
  return { header: header as Header, blobs };
}

export function blob(index: unknown, blobs: Buffer[]): Buffer {
  const found = typeof index === 'number' ? blobs[index] : undefined;
  if (found === undefined) throw malformed('a blob that is not there');
  return found;
}

export function number(header: Header, field: string): number {
  const found = header[field];
  if (typeof found !== 'number') throw malformed(`no number '${field}'`);
  return found;
}

export function string(header: Header, field: string): string {
  const found = header[field];
  if (typeof found !== 'string') throw malformed(`no text '${field}'`);
  return found;
}

export function list(header: Header, field: string): unknown[] {
  const found = header[field] ?? [];
  if (!Array.isArray(found)) throw malformed(`no list '${field}'`);
  return found;
}

export function object(found: unknown, field: string): Header {
  if (typeof found !== 'object' || found === null) throw malformed(`no object '${field}'`);
  return found as Header;
}

export function malformed(what: string, cause?: unknown): FastScoreError {
  return new FastScoreError('JET_PROTOCOL', `A Python jet sent a frame with ${what}`, { cause });
}

/** Copied: a Uint32Array needs an aligned start, a slice of a frame has none. */
export function wordsOf(bytes: Buffer): Uint32Array {
  if (bytes.length % 4 !== 0) throw malformed('lengths that are no words');
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
