import type { Measures } from './measures.ts';

/** Why nothing is dispatched at the moment; several reasons may hold at once. */
export type Hold =
  | 'starting'
  | 'paused'
  | 'snapshot'
  | 'trigger'
  | 'pig'
  | 'swap'
  | 'failing'
  | 'hand-over'
  | 'stopping';

/** Holds whose time counts as a pause for a snapshot. */
const PAUSES: readonly Hold[] = ['snapshot', 'trigger'];

/** What keeps a dispatcher from dispatching. Batches that jets have already are finished under every hold. */
export class Holds {
  readonly #measures: Measures;
  /** With the time since when each holds. */
  readonly #since = new Map<Hold, number>();

  constructor(measures: Measures) {
    this.#measures = measures;
  }

  get any(): boolean {
    return this.#since.size > 0;
  }

  add(reason: Hold): void {
    this.#since.set(reason, performance.now());
    this.#measures.trace(null, () => `nothing is dispatched: ${reason}`);
  }

  remove(reason: Hold): void {
    const since = this.#since.get(reason);
    this.#since.delete(reason);
    if (since !== undefined && PAUSES.includes(reason)) this.#measures.paused(performance.now() - since);
    this.#measures.trace(null, () => `no longer held: ${reason}`);
  }
}
