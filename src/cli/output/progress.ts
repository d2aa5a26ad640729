import type { Io } from '../io.ts';

const FRAMES = ['|', '/', '-', '\\'];
const PATIENCE_MS = 1000;
const REDRAW_MS = 125;
const CLEAR_LINE = '\r\u001b[K';

interface Wait {
  readonly describe: () => string;
  readonly started: number;
  /** Shown when nobody says anything better. */
  readonly isVague: boolean;
}

/** One line on a terminal's stderr that says what takes so long, after the first second. */
export class Progress {
  readonly #stderr: Io['stderr'];
  readonly #enabled: boolean;
  readonly #waits = new Set<Wait>();
  #timer: NodeJS.Timeout | undefined;
  #drawn = false;

  constructor(stderr: Io['stderr'], enabled: boolean) {
    this.#stderr = stderr;
    this.#enabled = enabled && stderr.isTTY === true;
  }

  /**
   * Shows `describe()` and the seconds passed while `work` goes on.
   * @param options.isVague only as long as no other work says what it is
   */
  async while<T>(describe: () => string, work: Promise<T>, { isVague = false } = {}): Promise<T> {
    if (!this.#enabled) return work;
    const wait: Wait = { describe, started: Date.now(), isVague };
    this.#waits.add(wait);
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_MS);
    try {
      return await work;
    } finally {
      this.#waits.delete(wait);
      if (this.#waits.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
        this.clear();
      }
    }
  }

  /** Takes the line away before something else is written to the terminal. */
  clear(): void {
    if (!this.#drawn) return;
    this.#stderr.write(CLEAR_LINE);
    this.#drawn = false;
  }

  #draw(): void {
    const waits = [...this.#waits];
    const wait = waits.findLast(({ isVague }) => !isVague) ?? waits.at(-1);
    if (wait === undefined) return;
    const elapsed = Date.now() - wait.started;
    if (elapsed < PATIENCE_MS) return;
    const frame = FRAMES[Math.floor(elapsed / REDRAW_MS) % FRAMES.length];
    this.#stderr.write(`${CLEAR_LINE}${frame} ${wait.describe()} (${Math.floor(elapsed / 1000)} s)`);
    this.#drawn = true;
  }
}
