import type { Key } from '../../core/state/key.ts';
import { keyId } from '../../core/state/key.ts';
import type { SharingPolicy } from './sharing-policy.ts';

interface Loan {
  readonly key: Key;
  readonly jet: string;
  readonly lentAt: number;
  /** When the key was asked back; null while nobody waits. */
  recalledAt: number | null;
  readonly waiters: Waiter[];
}

interface Waiter {
  readonly jet: string;
  readonly run: () => void;
}

export interface LoansOptions {
  readonly policy: SharingPolicy;
  /** Milliseconds. */
  readonly now: () => number;
  readonly recall: (jet: string, key: Key) => void;
}

/** How often and how long jets have waited for keys of each other. */
export interface LoanCounts {
  recalls: number;
  waitedMs: number;
}

/**
 * Which key is with which jet. A loan lasts until the jet hands the key in, which it does at its next safe point after a
 * recall, or until the jet is gone.
 */
export class Loans {
  readonly counts: LoanCounts = { recalls: 0, waitedMs: 0 };
  readonly #loans = new Map<string, Loan>();
  readonly #options: LoansOptions;

  constructor(options: LoansOptions) {
    this.#options = options;
  }

  holder(key: Key): string | null {
    return this.#loans.get(keyId(key))?.jet ?? null;
  }

  /** Jets that wait for the key, in the order in which they will be served. */
  waiting(key: Key): string[] {
    return this.#loans.get(keyId(key))?.waiters.map(({ jet }) => jet) ?? [];
  }

  lend(key: Key, jet: string): void {
    this.#loans.set(keyId(key), { key, jet, lentAt: this.#options.now(), recalledAt: null, waiters: [] });
  }

  /** Calls `run` when the key is with no other jet than `jet`: at once, or after it has been recalled. */
  whenBack(key: Key, jet: string, run: () => void): void {
    const loan = this.#loans.size === 0 ? undefined : this.#loans.get(keyId(key));
    if (loan === undefined || loan.jet === jet) {
      run();
    } else {
      loan.waiters.push({ jet, run });
      this.#recall(loan);
    }
  }

  /** Calls `run` when none of the keys that `wanted` picks is with another jet than `jet`. */
  whenAllBack(wanted: (key: Key) => boolean, jet: string, run: () => void): void {
    let missing = 1;
    const one = () => {
      missing -= 1;
      if (missing === 0) run();
    };
    for (const loan of [...this.#loans.values()]) {
      if (loan.jet === jet || !wanted(loan.key)) continue;
      missing += 1;
      loan.waiters.push({ jet, run: one });
      this.#recall(loan);
    }
    one();
  }

  /** The jet has handed the key in. Who waited for it is served. */
  giveBack(key: Key, jet: string, uses: number): void {
    const id = keyId(key);
    const loan = this.#loans.get(id);
    if (loan === undefined || loan.jet !== jet) return;
    if (loan.recalledAt !== null) {
      const now = this.#options.now();
      this.counts.waitedMs += now - loan.recalledAt;
      this.#options.policy.gaveBack(loanGroup(key), now - loan.lentAt, uses);
    }
    this.#end(id, loan);
  }

  /** The jet is gone: what it had is back as it was last handed in, and it waits for nothing any more. */
  close(jet: string): void {
    const all = [...this.#loans];
    for (const [, { waiters }] of all) {
      const others = waiters.filter((waiter) => waiter.jet !== jet);
      waiters.splice(0, waiters.length, ...others);
    }
    for (const [id, loan] of all) if (loan.jet === jet) this.#end(id, loan);
  }

  #recall(loan: Loan): void {
    if (loan.recalledAt !== null) return;
    loan.recalledAt = this.#options.now();
    this.counts.recalls += 1;
    this.#options.recall(loan.jet, loan.key);
  }

  /** The first waiter may borrow the key itself: the others then queue up behind it, in their order. */
  #end(id: string, loan: Loan): void {
    this.#loans.delete(id);
    for (const { jet, run } of loan.waiters) this.whenBack(loan.key, jet, run);
  }
}

/** What keys are judged by, all items of a pool together. */
export function loanGroup(key: Key): string {
  return key.kind === 'cell' ? `cell ${key.name}` : `pool ${key.pool}`;
}
