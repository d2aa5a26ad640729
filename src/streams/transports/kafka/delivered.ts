interface Stretch {
  readonly partition: number;
  /** Number of the record after the last one, counted over all partitions. */
  readonly end: number;
  /** Offset after each record. */
  readonly next: readonly number[];
}

/** Which records of which partition have been handed on, to tell what is to be read next when some have been taken. */
export class Delivered {
  readonly #next: Map<number, number>;
  readonly #stretches: Stretch[] = [];
  #count = 0;

  /** @param start what is to be read first in each partition */
  constructor(start: ReadonlyMap<number, number>) {
    this.#next = new Map(start);
  }

  /** @param next the offset after each record, in order */
  add(partition: number, next: readonly number[]): void {
    if (next.length === 0) return;
    this.#count += next.length;
    this.#stretches.push({ partition, end: this.#count, next });
  }

  /** A partition begins elsewhere, or is read for the first time. */
  place(partition: number, offset: number): void {
    this.#next.set(partition, offset);
  }

  /** A partition is somebody else's now. */
  forget(partition: number): void {
    this.#next.delete(partition);
  }

  /** What has been handed on and not been taken will be handed on again. */
  forgetUntaken(): void {
    this.#stretches.length = 0;
  }

  /** What is to be read next in each partition after the first `record` records. */
  after(record: number): Readonly<Record<string, number>> {
    let done = 0;
    for (const { partition, end, next } of this.#stretches) {
      const taken = Math.min(next.length, record - (end - next.length));
      if (taken <= 0) break;
      if (this.#next.has(partition)) this.#next.set(partition, next[taken - 1]!);
      if (record < end) break;
      done += 1;
    }
    this.#stretches.splice(0, done);
    return Object.fromEntries(this.#next);
  }
}
