import { TRAILER_BYTES } from './seals.ts';

/**
 * The same bytes, counted.
 * @param onEnd told the last of them before their end is
 * @returns how many have been written: whoever asks for a chunk has written the one before the last
 */
export function countBytes(source: AsyncIterable<Uint8Array>, onEnd: (end: Buffer) => Promise<void>) {
  let size = 0;
  let end: Buffer = Buffer.alloc(0);
  async function* counting() {
    // Who asks for a chunk may still be writing the one before.
    let before = 0;
    try {
      for await (const chunk of source) {
        yield chunk;
        size += before;
        before = chunk.length;
        // A copy: chunks may be used again.
        end = Buffer.concat([end, chunk.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
      }
      await onEnd(end);
    } catch (error) {
      size += before;
      throw error;
    }
  }
  return { source: counting(), size: () => size };
}
