import type { Io } from '../io.ts';

const FRAMES = ['|', '/', '-', '\\'];
const PATIENCE_MS = 1000;
const REDRAW_MS = 125;
const CLEAR_LINE = '\r\u001b[K';

/** One line on a terminal's stderr that says what takes so long, after the first second. */
export class Progress {
  readonly #stderr: Io['stderr'];
  readonly #enabled: boolean;
  #timer: NodeJS.Timeout | undefined;
  #drawn = false;

  constructor(stderr: Io['stderr'], enabled: boolean) {
    this.#stderr = stderr;
    this.#enabled = enabled && stderr.isTTY === true;
  }

  /** Shows `describe()` and the seconds passed while `work` goes on. */
  async while<T>(describe: () => string, work: Promise<T>): Promise<T> {
    if (!this.#enabled) return work;
    const started = Date.now();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      const elapsed = Date.now() - started;
      if (elapsed < PATIENCE_MS) return;
      const frame = FRAMES[Math.floor(elapsed / REDRAW_MS) % FRAMES.length];
      this.#stderr.write(`${CLEAR_LINE}${frame} ${describe()} (${Math.floor(elapsed / 1000)} s)`);
      this.#drawn = true;
    }, REDRAW_MS);
    try {
      return await work;
    } finally {
      clearInterval(this.#timer);
      this.clear();
    }
  }

  /** Takes the line away before something else is written to the terminal. */
  clear(): void {
    if (!this.#drawn) return;
    this.#stderr.write(CLEAR_LINE);
    this.#drawn = false;
  }
}
