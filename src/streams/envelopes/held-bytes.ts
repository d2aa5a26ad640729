/** A shorter piece is copied: an object for each would take more memory than its bytes. */
const SMALL_BYTES = 1024;
const ROOM_BYTES = 64 * 1024;

/** Bytes that wait for the rest of their record: joined once, when it is complete, not with every chunk. */
export class HeldBytes {
  #pieces: Buffer[] = [];
  #size = 0;
  /** Where short pieces are copied to; the last piece lies at its end, if that is one of them. */
  #room: Buffer | null = null;
  #roomUsed = 0;
  #isLastShort = false;

  get size(): number {
    return this.#size;
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#size += piece.length;
    if (piece.length < SMALL_BYTES) {
      this.#addShort(piece);
    } else {
      this.#pieces.push(piece);
      this.#isLastShort = false;
    }
  }

  /** The first bytes, at most `most`, which stay held. */
  first(most: number): Buffer {
    return Buffer.concat(this.#pieces, Math.min(most, this.#size));
  }

  /** The last bytes, at most `most`, which stay held. */
  last(most: number): Buffer {
    const taken: Buffer[] = [];
    let missing = most;
    for (let i = this.#pieces.length - 1; i >= 0 && missing > 0; i--) {
      const piece = this.#pieces[i]!;
      const part = piece.subarray(Math.max(0, piece.length - missing));
      taken.unshift(part);
      missing -= part.length;
    }
    return Buffer.concat(taken);
  }

  /** Everything held, with `chunk` behind it; nothing is held afterwards. */
  takeWith(chunk: Buffer): Buffer {
    const joined = this.#size === 0 ? chunk : Buffer.concat([...this.#pieces, chunk], this.#size + chunk.length);
    this.clear();
    return joined;
  }

  clear(): void {
    this.#pieces = [];
    this.#size = 0;
    // What was held has been copied: the room can be used again.
    this.#roomUsed = 0;
    this.#isLastShort = false;
  }

  #addShort(piece: Buffer): void {
    if (this.#room === null || this.#roomUsed + piece.length > this.#room.length) {
      this.#room = Buffer.allocUnsafe(ROOM_BYTES);
      this.#roomUsed = 0;
      this.#isLastShort = false;
    }
    piece.copy(this.#room, this.#roomUsed);
    const before = this.#isLastShort ? this.#pieces.pop()!.length : 0;
    const start = this.#roomUsed - before;
    this.#roomUsed += piece.length;
    this.#pieces.push(this.#room.subarray(start, this.#roomUsed));
    this.#isLastShort = true;
  }
}
