import { setTimeout as delay } from 'node:timers/promises';

export interface GuessLimits {
  /** So many wrong tokens of an address cost nothing. */
  readonly free: number;
  /** What the next one costs; each further one twice as much, up to the longest. */
  readonly shortestMs: number;
  readonly longestMs: number;
  /** Of an address, and of all together, that may wait at once. */
  readonly waitingPerAddress: number;
  readonly waiting: number;
  /** After so long without a wrong token an address begins anew. */
  readonly forgetMs: number;
  /** Of addresses that are remembered. */
  readonly addresses: number;
}

export const GUESS_LIMITS: GuessLimits = {
  free: 5,
  shortestMs: 250,
  longestMs: 4000,
  waitingPerAddress: 16,
  waiting: 64,
  forgetMs: 600_000,
  addresses: 1000,
};

export type Verdict = 'right' | 'wrong' | 'too many';

interface Guesser {
  failures: number;
  last: number;
  waiting: number;
}

/**
 * Slows down who guesses tokens. After some wrong ones from an address, what comes from there is looked at the later the more wrong ones there
 * were, and not at all when too much waits already. From where the right one has come before, it is never slowed down, and wrong
 * ones are only answered late: who shares an address with others is not locked out by them.
 */
export class Guesses {
  readonly #limits: GuessLimits;
  /** The one that was heard of last is the last. */
  readonly #guessers = new Map<string, Guesser>();
  /** Addresses that the right token has come from. Only who has it can add to them. */
  readonly #known = new Set<string>();
  #waiting = 0;

  constructor(limits: GuessLimits = GUESS_LIMITS) {
    this.#limits = limits;
  }

  /**
   * @param isRight looks at the token: called once at most
   * @returns at once where nothing is slowed down
   */
  judge(address: string, isRight: () => boolean): Verdict | Promise<Verdict> {
    const costMs = this.#costMs(address);
    if (this.#known.has(address) || costMs === 0) {
      if (isRight()) return this.#succeeded(address);
      this.#failed(address);
      return costMs === 0 ? 'wrong' : this.#after(address, costMs, () => 'wrong');
    }
    return this.#after(address, costMs, () => {
      if (isRight()) return this.#succeeded(address);
      this.#failed(address);
      return 'wrong';
    });
  }

  async #after(address: string, costMs: number, verdict: () => Verdict): Promise<Verdict> {
    const guesser = this.#guessers.get(address);
    if (guesser === undefined) return verdict();
    if (guesser.waiting >= this.#limits.waitingPerAddress || this.#waiting >= this.#limits.waiting) return 'too many';
    guesser.waiting += 1;
    this.#waiting += 1;
    try {
      await delay(costMs, undefined, { ref: false });
      return verdict();
    } finally {
      guesser.waiting -= 1;
      this.#waiting -= 1;
    }
  }

  #costMs(address: string): number {
    const { free, shortestMs, longestMs, forgetMs } = this.#limits;
    const guesser = this.#guessers.get(address);
    if (guesser === undefined) return 0;
    if (guesser.waiting === 0 && performance.now() - guesser.last > forgetMs) {
      this.#guessers.delete(address);
      return 0;
    }
    if (guesser.failures < free) return 0;
    return Math.min(longestMs, shortestMs * 2 ** (guesser.failures - free));
  }

  #failed(address: string): void {
    const guesser = this.#guessers.get(address) ?? { failures: 0, last: 0, waiting: 0 };
    guesser.failures += 1;
    guesser.last = performance.now();
    this.#guessers.delete(address);
    this.#guessers.set(address, guesser);
    dropFirst(this.#guessers, this.#limits.addresses);
  }

  #succeeded(address: string): 'right' {
    if (!this.#known.has(address)) {
      this.#known.add(address);
      dropFirst(this.#known, this.#limits.addresses);
    }
    return 'right';
  }
}

function dropFirst(all: Map<string, unknown> | Set<string>, most: number): void {
  const [first] = all.keys();
  if (all.size > most && first !== undefined) all.delete(first);
}
