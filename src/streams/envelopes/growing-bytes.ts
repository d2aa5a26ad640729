/**
 * Bytes in one piece that wait for more. Many small additions are copied once; what has been handed out is not written
 * again.
 */
export class GrowingBytes {
  #memory: Buffer = Buffer.alloc(0);
  #size = 0;
  /** Whether `memory` is a chunk of somebody else. */
  #isLent = false;

  get data(): Buffer {
    return this.#memory.subarray(0, this.#size);
  }

  add(chunk: Buffer): void {
    if (this.#size === 0) {
      this.#memory = chunk;
      this.#size = chunk.length;
      this.#isLent = true;
      return;
    }
    const size = this.#size + chunk.length;
    if (this.#isLent || size > this.#memory.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, this.#isLent ? 0 : 2 * this.#memory.length));
      this.#memory.copy(larger, 0, 0, this.#size);
      this.#memory = larger;
      this.#isLent = false;
    }
    chunk.copy(this.#memory, this.#size);
    this.#size = size;
  }

  /** What comes before has been handed out, and is not held any more. */
  keepFrom(start: number): void {
    if (start === 0) return;
    this.#memory = this.data.subarray(start);
    this.#size = this.#memory.length;
    this.#isLent = true;
  }
}
