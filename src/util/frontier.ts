/** A piece of a sequence that is being worked on. */
export interface Stretch<P> {
  /** Where the sequence goes on after it. */
  readonly end: P;
  isDone: boolean;
}

/**
 * How far a sequence is done that is taken in order and done in any order: all up to a position. Positions are whatever the
 * sequence goes by, and are given back as they came.
 */
export class Frontier<P> {
  #position: P;
  /** What has been taken after the position, in order. The first one is not done. */
  readonly #open: Stretch<P>[] = [];

  /** @param start where the sequence begins */
  constructor(start: P) {
    this.#position = start;
  }

  /** Everything before it is done. */
  get position(): P {
    return this.#position;
  }

  /** The next piece is taken. @param end where the sequence goes on after it */
  take(end: P): Stretch<P> {
    const stretch = { end, isDone: false };
    this.#open.push(stretch);
    return stretch;
  }

  /** A piece is done. @returns whether that has moved the position */
  done(stretch: Stretch<P>): boolean {
    stretch.isDone = true;
    const firstOpen = this.#open.findIndex(({ isDone }) => !isDone);
    const count = firstOpen === -1 ? this.#open.length : firstOpen;
    if (count === 0) return false;
    this.#position = this.#open[count - 1]!.end;
    this.#open.splice(0, count);
    return true;
  }
}
