import { FastScoreError } from '../core/errors.ts';

/** How many jets may die within a minute before the crew gives up. */
const ALLOWED = 3;
const WINDOW_MS = 60_000;

/** Says when jets die too often to be replaced. */
export class DeathCount {
  #times: number[] = [];

  /** @param lastWords how the jet ended. @returns null as long as it may be replaced */
  add(lastWords: string): FastScoreError | null {
    const now = Date.now();
    this.#times = [...this.#times.filter((at) => now - at < WINDOW_MS), now];
    if (this.#times.length <= ALLOWED) return null;
    return new FastScoreError('JET_CRASHED', `Jets died ${this.#times.length} times within a minute; ${lastWords}`, {
      hint: 'See the console output of the model; a record that kills the jet is delivered again at most 3 times',
    });
  }
}
