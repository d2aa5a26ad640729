import type { InputPosition } from '../../types.ts';

/** Of a topic: the next offset of each partition. */
export type Position = Extract<InputPosition, { partitions: unknown }>;

interface Handed {
  readonly partition: number;
  /** Number of the record after the last one, counted over all partitions. */
  readonly end: number;
  /** Offset after each record. */
  readonly next: number[];
  /** Number of the record behind the one that ends the partition; null when none does. */
  endsAt: number | null;
}

/** Which records of which partition have been handed on, to tell what is to be read next when some have been taken. */
export class Delivered {
  readonly #next: Map<number, number>;
  readonly #ended: Set<number>;
  readonly #stretches: Handed[] = [];
  #count = 0;

  /**
   * @param start what is to be read first in each partition
   * @param ended partitions that are at their end
   */
  constructor(start: ReadonlyMap<number, number>, ended: Iterable<number> = []) {
    this.#next = new Map(start);
    this.#ended = new Set(ended);
  }

  /** Partitions whose end has been taken. */
  get ended(): ReadonlySet<number> {
    return this.#ended;
  }

  /** How many records have been handed on. */
  get count(): number {
    return this.#count;
  }

  /** @param next the offset after each record, in order */
  add(partition: number, next: readonly number[]): void {
    if (next.length === 0) return;
    this.#count += next.length;
    this.#stretches.push({ partition, end: this.#count, next: [...next], endsAt: null });
  }

  /**
   * What follows a record that ends its partition is not used, and counts as not read.
   * @param record number of the one behind it
   * @returns the partition
   */
  endAt(record: number): number {
    const stretch = this.#stretches.find(({ end }) => record <= end)!;
    const { partition, end, next } = stretch;
    stretch.endsAt = record;
    const last = record - 1 - (end - next.length);
    next.fill(next[last]!, last);
    return partition;
  }

  /** A partition begins elsewhere, or is read for the first time. */
  place(partition: number, offset: number): void {
    this.#next.set(partition, offset);
  }

  /** A partition is at its end, as others have found. */
  end(partition: number): void {
    this.#ended.add(partition);
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
  after(record: number): Position {
    let done = 0;
    for (const { partition, end, next, endsAt } of this.#stretches) {
      const taken = Math.min(next.length, record - (end - next.length));
      if (taken <= 0) break;
      if (this.#next.has(partition)) this.#next.set(partition, next[taken - 1]!);
      if (endsAt !== null && record >= endsAt) this.#ended.add(partition);
      if (record < end) break;
      done += 1;
    }
    this.#stretches.splice(0, done);
    const partitions = Object.fromEntries(this.#next);
    return this.#ended.size === 0 ? { partitions } : { partitions, ended: [...this.#ended] };
  }
}
