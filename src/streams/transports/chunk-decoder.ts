import { FastScoreError } from '../../core/errors.ts';

const LONGEST_LINE_BYTES = 64 * 1024;
const LARGEST_CHUNK_BYTES = 1024 * 1024 * 1024;

/**
 * Takes a body with `Transfer-Encoding: chunked` (RFC 9112, 7.1) apart. HTTP libraries hide where chunks begin and
 * end; here they are records.
 */
export class ChunkDecoder {
  #held = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  /** Bytes that the chunk under way still lacks, with its line end; null before a size. */
  #missing: number | null = null;
  #isInTrailer = false;
  #hasEnded = false;

  /** True when the last chunk and its trailer have come. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @returns the chunks that are complete */
  push(data: Buffer): Buffer[] {
    const chunks: Buffer[] = [];
    let rest = this.#held.length === 0 ? data : Buffer.concat([this.#held, data]);
    while (!this.#hasEnded) {
      if (this.#missing !== null) {
        const piece = rest.subarray(0, this.#missing);
        rest = rest.subarray(piece.length);
        this.#pieces.push(piece);
        this.#missing -= piece.length;
        if (this.#missing > 0) break;
        chunks.push(this.#complete());
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end === -1) {
        if (rest.length > LONGEST_LINE_BYTES) throw broken();
        break;
      }
      const line = rest.toString('latin1', 0, end);
      rest = rest.subarray(end + 2);
      this.#readLine(line);
    }
    this.#held = Buffer.from(rest);
    return chunks;
  }

  #readLine(line: string): void {
    if (this.#isInTrailer) {
      this.#hasEnded = line === '';
      return;
    }
    const match = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(line);
    if (match === null) throw broken();
    const size = Number.parseInt(match[1]!, 16);
    if (size > LARGEST_CHUNK_BYTES) throw broken();
    if (size === 0) this.#isInTrailer = true;
    else this.#missing = size + 2;
  }

  #complete(): Buffer {
    const chunk = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#missing = null;
    if (chunk[chunk.length - 2] !== 13 || chunk[chunk.length - 1] !== 10) throw broken();
    return chunk.subarray(0, -2);
  }
}

function broken(): FastScoreError {
  return new FastScoreError('STREAM_FAILED', 'the body is not properly chunked');
}
