/** Leaves out the records that the topic has already, because an earlier run has written them. */
export class WrittenBefore {
  #left: number;

  /** @param count how many records to come are in the topic already */
  constructor(count: number) {
    this.#left = count;
  }

  /** @returns the records that are not in the topic yet */
  leaveOut<T>(records: readonly T[]): readonly T[] {
    const known = Math.min(this.#left, records.length);
    this.#left -= known;
    return known === 0 ? records : records.slice(known);
  }
}
