/**
 * Goes off when nothing has come for a while that was due. It goes off after a look at what waits to be read: when this process was
 * busy for as long, what has come meanwhile is not held against the sender.
 */
export class StallTimer {
  readonly #delayMs: number;
  readonly #onStall: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  /** @param delayMs infinity: it never goes off */
  constructor(delayMs: number, onStall: () => void) {
    this.#delayMs = delayMs;
    this.#onStall = onStall;
  }

  /** Something is due from now on, or has come and more is due. */
  restart(): void {
    this.#isLooking = false;
    if (!Number.isFinite(this.#delayMs)) return;
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#look(), this.#delayMs);
    else this.#timer.refresh();
  }

  /** Nothing is due. */
  stop(): void {
    this.#isLooking = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#isLooking = true;
    setImmediate(() => {
      if (this.#isLooking) this.#onStall();
    });
  }
}
