import type { Key } from '../../core/state/key.ts';
import { keyId } from '../../core/state/key.ts';
import type { SharingPolicy } from './sharing-policy.ts';

interface Loan {
  readonly key: Key;
  readonly jet: string;
  readonly lentAt: number;
  /** What the jet had waited for keys until then. */
  readonly waitedBefore: number;
  /** When the key was asked back; null while nobody waits. */
  recalledAt: number | null;
  readonly waiters: Waiter[];
}

interface Waiter {
  readonly jet: string;
  readonly run: () => void;
}

/** How long a jet has waited for keys in all, and since when it does so now. */
interface Waiting {
  totalMs: number;
  since: number | null;
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
  readonly #waits = new Map<string, Waiting>();
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
    this.#loans.set(keyId(key), {
      key,
      jet,
      lentAt: this.#options.now(),
      waitedBefore: this.#waited(jet),
      recalledAt: null,
      waiters: [],
    });
  }

  /** Calls `run` when the key is with no other jet than `jet`: at once, or after it has been recalled. */
  whenBack(key: Key, jet: string, run: () => void): void {
    const loan = this.#loans.size === 0 ? undefined : this.#loans.get(keyId(key));
    if (loan === undefined || loan.jet === jet) {
      run();
    } else {
      this.#queue(loan, { jet, run });
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
      this.#queue(loan, { jet, run: one });
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
      // A holder that waited for another key itself had no use for this one: that is no reason to share it.
      const waitedMs = this.#waited(jet) - loan.waitedBefore;
      this.#options.policy.gaveBack(loanGroup(key), now - loan.lentAt - waitedMs, uses);
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
    this.#waits.delete(jet);
    for (const [id, loan] of all) if (loan.jet === jet) this.#end(id, loan);
  }

  #queue(loan: Loan, waiter: Waiter): void {
    loan.waiters.push(waiter);
    const waiting = this.#waits.get(waiter.jet) ?? { totalMs: 0, since: null };
    waiting.since ??= this.#options.now();
    this.#waits.set(waiter.jet, waiting);
    this.#recall(loan);
  }

  #waited(jet: string): number {
    const { totalMs, since } = this.#waits.get(jet) ?? { totalMs: 0, since: null };
    return since === null ? totalMs : totalMs + this.#options.now() - since;
  }

  #served(jet: string): void {
    const waiting = this.#waits.get(jet);
    if (waiting === undefined) return;
    waiting.totalMs = this.#waited(jet);
    waiting.since = null;
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
    for (const { jet, run } of loan.waiters) {
      this.#served(jet);
      this.whenBack(loan.key, jet, run);
    }
  }
}

/** What keys are judged by, all items of a pool together. */
export function loanGroup(key: Key): string {
  return key.kind === 'cell' ? `cell ${key.name}` : `pool ${key.pool}`;
}
