/**
 * Numbers of the records of one input as its stream has them: those that are rejected count, too. The stream leaves some out
 * while it reads ahead, others are found when records are dispatched.
 */
export class RecordNumbers {
  readonly #before: number;
  /** Place in the stream of the last record that is taken or left out. */
  #place = 0;
  /** Places that the stream has left out further on. */
  readonly #ahead: number[] = [];

  /** @param before how many records the slot has had from other streams, or runs */
  constructor(before: number) {
    this.#before = before;
  }

  /** @param place of a record that the stream has left out, from 1; they come in order. @returns its number */
  leftOut(place: number): number {
    this.#ahead.push(place);
    this.#skip();
    return this.#before + place;
  }

  /** To be called with each batch. @returns the number of the record at an index of it */
  taken(count: number): (index: number) => number {
    const first = this.#place + 1;
    let last = this.#place + count;
    let passed = 0;
    while (passed < this.#ahead.length && this.#ahead[passed]! <= last) {
      passed += 1;
      last += 1;
    }
    const gaps = this.#ahead.splice(0, passed);
    this.#place = last;
    this.#skip();
    return (index) => this.#before + gaps.reduce((place, gap) => (gap <= place ? place + 1 : place), first + index);
  }

  /** So that an input of nothing but bad records does not fill the memory. */
  #skip(): void {
    while (this.#ahead[0] === this.#place + 1) {
      this.#ahead.shift();
      this.#place += 1;
    }
  }
}
