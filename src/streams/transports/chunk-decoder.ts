import { FastScoreError } from '../../core/errors.ts';

const LONGEST_LINE_BYTES = 64 * 1024;

/**
 * Takes a body with `Transfer-Encoding: chunked` (RFC 9112, 7.1) apart. HTTP libraries hide where chunks begin and
 * end; here they are records.
 */
export class ChunkDecoder {
  readonly #most: number;
  #held = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  #size = 0;
  /** Bytes that the chunk under way still lacks; null before a size. */
  #missing: number | null = null;
  #isInTrailer = false;
  #hasEnded = false;

  /** @param limit of a longer chunk only so much is kept that it can be seen to be longer */
  constructor(limit: number) {
    this.#most = limit + 1;
  }

  /** True when the last chunk and its trailer have come. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @returns the chunks that are complete */
  push(data: Buffer): Buffer[] {
    const chunks: Buffer[] = [];
    let rest = this.#held.length === 0 ? data : Buffer.concat([this.#held, data]);
    while (!this.#hasEnded) {
      if (this.#missing !== null && this.#missing > 0) {
        const piece = rest.subarray(0, this.#missing);
        rest = rest.subarray(piece.length);
        this.#missing -= piece.length;
        this.#keep(piece);
        if (this.#missing > 0) break;
      }
      const end = rest.indexOf('\r\n');
      if (end === -1) {
        if (rest.length > LONGEST_LINE_BYTES) throw broken();
        break;
      }
      const line = rest.toString('latin1', 0, end);
      rest = rest.subarray(end + 2);
      if (this.#missing === null) this.#readLine(line);
      else chunks.push(this.#complete(line));
    }
    this.#held = Buffer.from(rest);
    return chunks;
  }

  #keep(piece: Buffer): void {
    const kept = piece.subarray(0, this.#most - this.#size);
    if (kept.length === 0) return;
    this.#pieces.push(kept);
    this.#size += kept.length;
  }

  #readLine(line: string): void {
    if (this.#isInTrailer) {
      this.#hasEnded = line === '';
      return;
    }
    const match = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line);
    if (match === null) throw broken();
    const size = Number.parseInt(match[1]!, 16);
    if (size === 0) this.#isInTrailer = true;
    else this.#missing = size;
  }

  /** @param line what stands between the chunk and the next end of a line: nothing */
  #complete(line: string): Buffer {
    if (line !== '') throw broken();
    const chunk = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#size = 0;
    this.#missing = null;
    return chunk;
  }
}

function broken(): FastScoreError {
  return new FastScoreError('STREAM_FAILED', 'the body is not properly chunked');
}
