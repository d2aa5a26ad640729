/**
 * How many records the next batch may hold. It starts small, so that several jets share a short input, doubles while full
 * batches come back quickly, and shrinks when a model is slow, so that no jet sits on records that others could work on.
 */
const START = 16;
const MOST = 65_536;
/** A snapshot waits for the batches under way, and so does every record behind it. */
const AIM_MS = 4;

export class BatchSizer {
  #limit = START;

  get limit(): number {
    return this.#limit;
  }

  /** Tells that a batch of `count` records took `elapsedMs` from dispatch to result. */
  measured(count: number, elapsedMs: number): void {
    if (elapsedMs > 2 * AIM_MS) {
      this.#limit = Math.max(1, Math.floor((count * AIM_MS) / elapsedMs));
    } else if (count >= this.#limit && elapsedMs < AIM_MS) {
      this.#limit = Math.min(MOST, this.#limit * 2);
    }
  }
}
