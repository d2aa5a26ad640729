import type { Reject } from '../core/records.ts';

const KEPT = 100;

/** The rejected records of one slot: counted for ever, the last hundred kept in full. */
export class RejectLog {
  byEncoding = 0;
  bySchema = 0;
  readonly #last: Reject[] = [];

  add(reject: Reject): void {
    const { by, records = 1 } = reject;
    if (by === 'encoding') this.byEncoding += records;
    else this.bySchema += records;
    this.#last.push(reject);
    if (this.#last.length > KEPT) this.#last.shift();
  }

  /** Oldest first. */
  get last(): readonly Reject[] {
    return this.#last;
  }
}
