import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreError } from '../../core/errors.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/** A peer that stays away for longer than this is gone. */
const GIVE_UP_MS = 120_000;

export interface BackoffOptions {
  /** Told why there is no connection now, and null when there is one again. */
  readonly onTrouble: (reason: string | null) => void;
  /** Ends a wait. */
  readonly signal: AbortSignal;
}

/** Tries again after a growing delay, and says so. */
export class Backoff {
  readonly #options: BackoffOptions;
  #delayMs = FIRST_DELAY_MS;
  #since: number | null = null;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The peer is there. Whether it is of use remains to be seen: the next delay is not shorter. */
  connected(): void {
    if (this.#since === null) return;
    this.#since = null;
    this.#options.onTrouble(null);
  }

  /** What the peer is there for has been done. */
  succeeded(): void {
    this.connected();
    this.#delayMs = FIRST_DELAY_MS;
  }

  /**
   * Waits before the next try.
   * @returns false when the wait was ended by the signal
   * @throws the error itself when the peer has been away for too long
   */
  async failed(error: unknown): Promise<boolean> {
    const { onTrouble, signal } = this.#options;
    const now = performance.now();
    this.#since ??= now;
    if (now - this.#since > GIVE_UP_MS) throw error;
    onTrouble(error instanceof Error ? error.message : String(error));
    const delayMs = this.#delayMs * (0.75 + Math.random() / 2);
    this.#delayMs = Math.min(LONGEST_DELAY_MS, 2 * this.#delayMs);
    try {
      await delay(delayMs, undefined, { signal });
    } catch {
      return false;
    }
    return true;
  }
}

/** Whether trying again cannot help. */
export function isFinal(error: unknown): boolean {
  return error instanceof FastScoreError;
}
