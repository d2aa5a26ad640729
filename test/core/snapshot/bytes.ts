import { createHash } from 'node:crypto';

/** All bytes of a source, in one buffer. */
export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

/** The bytes as a source that gives `size` of them at a time. */
export async function* inPieces(bytes: Buffer | string, size = 65_536): AsyncGenerator<Buffer> {
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

/** Lines that are not a snapshot as we write it, under a trailer that says that they are unharmed. */
export function sealed(lines: readonly string[], count = lines.length - 1): string {
  const text = lines.map((line) => `${line}\n`).join('');
  return `${text}{"count":${count},"sha256":"${createHash('sha256').update(text, 'latin1').digest('hex')}"}\n`;
}
