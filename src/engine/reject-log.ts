import type { Reject } from '../core/records.ts';

const KEPT = 100;

/** The rejected records of one slot: counted for ever, the last hundred kept in full. */
export class RejectLog {
  byEncoding = 0;
  bySchema = 0;
  readonly #last: Reject[] = [];

  add(reject: Reject): void {
    if (reject.by === 'encoding') this.byEncoding += 1;
    else this.bySchema += 1;
    this.#last.push(reject);
    if (this.#last.length > KEPT) this.#last.shift();
  }

  /** Oldest first. */
  get last(): readonly Reject[] {
    return this.#last;
  }
}
