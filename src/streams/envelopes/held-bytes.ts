/** Bytes that wait for the rest of their record: joined once, when it is complete, not with every chunk. */
export class HeldBytes {
  #pieces: Buffer[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#size += piece.length;
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
  }
}
