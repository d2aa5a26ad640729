/**
 * Numbers of the records of one input as its stream has them: those that are rejected count, too. The stream leaves some out
 * while it reads ahead, others are found when records are dispatched.
 */
export class RecordNumbers {
  readonly #before: number;
  /** Place in the stream of the last record that is taken or left out. */
  #place = 0;
  /** What the stream has left out further on. */
  readonly #ahead: Gap[] = [];

  /** @param before how many records the slot has had from other streams, or runs */
  constructor(before: number) {
    this.#before = before;
  }

  /** @param place of the first of some records that the stream has left out, from 1; they come in order. @returns its number */
  leftOut(place: number, count = 1): number {
    this.#ahead.push({ place, count });
    this.#skip();
    return this.#before + place;
  }

  /** To be called with each batch. @returns the number of the record at an index of it */
  taken(count: number): (index: number) => number {
    const first = this.#place + 1;
    let last = this.#place + count;
    let passed = 0;
    for (let gap = this.#ahead[0]; gap !== undefined && gap.place <= last; gap = this.#ahead[passed]) {
      passed += 1;
      last += gap.count;
    }
    const gaps = this.#ahead.splice(0, passed);
    this.#place = last;
    this.#skip();
    return (index) =>
      this.#before + gaps.reduce((place, gap) => (gap.place <= place ? place + gap.count : place), first + index);
  }

  /** So that an input of nothing but bad records does not fill the memory. */
  #skip(): void {
    for (let gap = this.#ahead[0]; gap?.place === this.#place + 1; gap = this.#ahead[0]) {
      this.#ahead.shift();
      this.#place += gap.count;
    }
  }
}

/** Records side by side that are left out. */
interface Gap {
  /** Of the first one. */
  readonly place: number;
  readonly count: number;
}
