import type { Activation, Spell } from './plan.ts';

/** When a sensor is active: always, or for a spell now and then. */
export interface Spells {
  /** Asked for each value of a tap: whether it is to be read. Counts as a read when it is. */
  mayRead(): boolean;
  /** Called at the beginning of each spell, the first one included. */
  onSpell(listener: () => void): void;
  stop(): void;
}

/** Begins now. A spell with neither duration nor number of reads is good for one. */
export function activate(activation: Activation): Spells {
  return activation.type === 'permanent' ? ALWAYS : new Alternation(activation);
}

const ALWAYS: Spells = { mayRead: () => true, onSpell: () => {}, stop: () => {} };

class Alternation implements Spells {
  readonly #spell: Spell;
  readonly #pauseMs: () => number;
  #next: NodeJS.Timeout;
  #readsLeft = 0;
  #until = Number.NEGATIVE_INFINITY;
  #listener = (): void => {};

  constructor(activation: Exclude<Activation, { type: 'permanent' }>) {
    this.#spell = activation;
    this.#pauseMs =
      activation.type === 'regular'
        ? () => activation.everyMs
        : // Moments that know nothing of each other.
          () => Math.min((-Math.log(1 - Math.random()) / activation.perSecond) * 1000, 86_400_000);
    this.#next = setTimeout(() => this.#begin(), 0);
    this.#next.unref();
  }

  mayRead(): boolean {
    if (this.#readsLeft <= 0 || performance.now() >= this.#until) return false;
    this.#readsLeft -= 1;
    return true;
  }

  onSpell(listener: () => void): void {
    this.#listener = listener;
  }

  stop(): void {
    clearTimeout(this.#next);
    this.#readsLeft = 0;
  }

  #begin(): void {
    const { durationMs, maxReads } = this.#spell;
    this.#until = performance.now() + (durationMs ?? Number.POSITIVE_INFINITY);
    this.#readsLeft = maxReads ?? (durationMs === null ? 1 : Number.POSITIVE_INFINITY);
    this.#next = setTimeout(() => this.#begin(), this.#pauseMs());
    this.#next.unref();
    this.#listener();
  }
}
