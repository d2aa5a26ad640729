import { FastScoreError } from '../core/errors.ts';

/** The most that one request waits: it may have to pass a proxy. */
const POLL_MS = 25_000;

/** When a command gives up, and how long it has been willing to wait. */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #at: number;

  constructor(timeoutMs = Number.POSITIVE_INFINITY) {
    this.#timeoutMs = timeoutMs;
    this.#at = performance.now() + timeoutMs;
  }

  /**
   * How long the next request may wait.
   * @param what is still so: the sentence of the error
   * @throws FastScoreError TIMED_OUT
   */
  next(what: () => string): number {
    const left = this.#at - performance.now();
    if (left > 0) return Math.min(POLL_MS, left);
    throw new FastScoreError('TIMED_OUT', `${what()} after ${this.#timeoutMs / 1000} s`, {
      hint: 'fastscore job status',
    });
  }
}
