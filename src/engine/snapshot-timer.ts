/** Asks for a snapshot from time to time, but not while one is being taken, and not when nothing has come since. */
export class SnapshotTimer {
  readonly #timer: NodeJS.Timeout;
  #isBusy = false;
  #seen: number | null = null;

  /**
   * @param progress a number that grows with every record
   * @param take its failures are its own affair
   */
  constructor(everyMs: number, progress: () => number, take: () => Promise<unknown>) {
    this.#timer = setInterval(() => {
      const now = progress();
      if (this.#isBusy || now === this.#seen) return;
      this.#seen = now;
      this.#isBusy = true;
      void take().finally(() => {
        this.#isBusy = false;
      });
    }, everyMs);
    this.#seen = progress();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
