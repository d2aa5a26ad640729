/** More reports than these within a second are of no use to anybody. */
const MOST_PER_SECOND = 1000;

/** Keeps a sensor that reports every value at once from taking all the time of the process. */
export class ReportLimit {
  #since = performance.now();
  #admitted = 0;
  #leftOut = 0;

  /** @returns how many were left out before this one; null when this one is to be left out too */
  admit(): number | null {
    const now = performance.now();
    if (now - this.#since >= 1000) {
      this.#since = now;
      this.#admitted = 0;
    }
    if (this.#admitted >= MOST_PER_SECOND) {
      this.#leftOut += 1;
      return null;
    }
    this.#admitted += 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
