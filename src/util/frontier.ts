/** A piece of a sequence that is being worked on. */
export interface Stretch<P> {
  /** Where the sequence goes on behind it. */
  readonly end: P;
  isDone: boolean;
}

/** A piece that is done while something before it is not. */
export interface DoneRange<P> {
  readonly from: P;
  readonly to: P;
}

/**
 * How far a sequence is done that is taken in order and done in any order: all up to a position, and ranges behind it. Positions
 * are whatever the sequence goes by, and are given back as they came.
 */
export class Frontier<P> {
  #position: P;
  /** What has been taken behind the position, in order. The first one is not done. */
  readonly #open: Stretch<P>[] = [];

  /** @param start where the sequence begins */
  constructor(start: P) {
    this.#position = start;
  }

  /** Everything before it is done. */
  get position(): P {
    return this.#position;
  }

  /** Whether everything is done that has been taken. */
  get isComplete(): boolean {
    return this.#open.length === 0;
  }

  /** What is done behind the position, in order; ranges that meet are one. */
  get ranges(): DoneRange<P>[] {
    const ranges: { from: P; to: P }[] = [];
    let from = this.#position;
    let isOpen = false;
    for (const { end, isDone } of this.#open) {
      if (isDone && isOpen) ranges.at(-1)!.to = end;
      else if (isDone) ranges.push({ from, to: end });
      isOpen = isDone;
      from = end;
    }
    return ranges;
  }

  /** The next piece is taken. @param end where the sequence goes on behind it */
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
