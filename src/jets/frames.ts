import { FastScoreError } from '../core/errors.ts';
import { MAX_FRAME_BYTES } from './protocol.ts';

/** A frame of at most so many bytes is copied together: one buffer costs less to send than several. */
const JOINED_BYTES = 16 * 1024;

/** A frame on the wire: uint32 LE length of the body, then the body. */
export function frameBuffers(body: readonly Buffer[]): Buffer[] {
  let length = 0;
  for (const part of body) length += part.length;
  if (length > MAX_FRAME_BYTES) {
    throw new FastScoreError('JET_PROTOCOL', `Cannot send ${length} bytes to a jet in one frame`, {
      hint: 'Make the records or the stored values smaller, the limit is 1 GiB',
    });
  }
  const isJoined = length <= JOINED_BYTES;
  const buffer = Buffer.allocUnsafe(isJoined ? 4 + length : 4);
  buffer.writeUInt32LE(length);
  if (!isJoined) return [buffer, ...body];
  let at = 4;
  for (const part of body) at += part.copy(buffer, at);
  return [buffer];
}

/**
 * Cuts a byte stream into frame bodies. A body that arrived in one chunk is handed out as a slice of it;
 * one that came in pieces is copied once.
 */
export class FrameReader {
  #pieces: Buffer[] = [];
  #buffered = 0;
  #needed = 4;
  readonly #onBody: (body: Buffer) => void;

  constructor(onBody: (body: Buffer) => void) {
    this.#onBody = onBody;
  }

  /** A frame that has begun and lacks bytes: how many have come, and how many were announced. null: none. */
  get unfinished(): { readonly arrived: number; readonly length: number } | null {
    if (this.#buffered === 0) return null;
    return { arrived: Math.max(0, this.#buffered - 4), length: Math.max(0, this.#needed - 4) };
  }

  /** @throws FastScoreError JET_PROTOCOL when a length is beyond the limit */
  push(chunk: Buffer): void {
    if (this.#buffered > 0) {
      this.#pieces.push(chunk);
      this.#buffered += chunk.length;
      if (this.#buffered < this.#needed) return;
      chunk = Buffer.concat(this.#pieces, this.#buffered);
    }
    let at = 0;
    this.#needed = 4;
    while (chunk.length - at >= 4) {
      const length = chunk.readUInt32LE(at);
      if (length > MAX_FRAME_BYTES) {
        throw new FastScoreError('JET_PROTOCOL', `A jet announced a frame of ${length} bytes, the limit is 1 GiB`);
      }
      if (chunk.length - at - 4 < length) {
        this.#needed = 4 + length;
        break;
      }
      this.#onBody(chunk.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    this.#buffered = chunk.length - at;
    this.#pieces = this.#buffered > 0 ? [chunk.subarray(at)] : [];
  }
}
