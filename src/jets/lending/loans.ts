import type { Key } from '../../core/state/key.ts';
import { keyId } from '../../core/state/key.ts';
import type { SharingPolicy } from './sharing-policy.ts';

interface Loan {
  readonly id: string;
  readonly key: Key;
  readonly jet: string;
  readonly lentAt: number;
  /** When somebody began to wait; null while nobody does. */
  wantedAt: number | null;
  readonly waiters: Waiter[];
}

interface Waiter {
  readonly jet: string;
  readonly run: () => void;
}

/** Recalls that wait until their jet has what it waits for. */
interface Postponed {
  readonly loans: Set<Loan>;
  readonly timer: NodeJS.Timeout;
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

/** Longest time that a recall waits for its jet to get another key. */
const POSTPONED_MS = 2;

/**
 * Which key is with which jet. A loan lasts until the jet hands the key in, which it does at its next safe point after a
 * recall, or until the jet is gone.
 *
 * A jet that waits hands in at once what is recalled. When a model uses several keys per record, jets would take them from each
 * other so that none ever has all it needs. So a recall of a key is postponed while its holder waits for a key that comes later in the order
 * of ids: one of those who wait in a circle waits for an earlier one, and goes without.
 */
export class Loans {
  readonly counts: LoanCounts = { recalls: 0, waitedMs: 0 };
  readonly #loans = new Map<string, Loan>();
  /** The id of the key that a jet waits for. */
  readonly #wants = new Map<string, string>();
  readonly #postponed = new Map<string, Postponed>();
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
    const id = keyId(key);
    this.#loans.set(id, { id, key, jet, lentAt: this.#options.now(), wantedAt: null, waiters: [] });
  }

  /** Calls `run` when the key is with no other jet than `jet`: at once, or after it has been recalled. */
  whenBack(key: Key, jet: string, run: () => void): void {
    const loan = this.#loans.size === 0 ? undefined : this.#loans.get(keyId(key));
    if (loan === undefined || loan.jet === jet) {
      run();
    } else {
      this.#wants.set(jet, loan.id);
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
    const loan = this.#loans.get(keyId(key));
    if (loan === undefined || loan.jet !== jet) return;
    if (loan.wantedAt !== null) {
      const now = this.#options.now();
      this.counts.waitedMs += now - loan.wantedAt;
      this.#options.policy.gaveBack(loanGroup(key), now - loan.lentAt, uses);
    }
    this.#end(loan);
  }

  /** The jet is gone: what it had is back as it was last handed in, and it waits for nothing any more. */
  close(jet: string): void {
    const all = [...this.#loans.values()];
    for (const { waiters } of all) {
      const others = waiters.filter((waiter) => waiter.jet !== jet);
      waiters.splice(0, waiters.length, ...others);
    }
    this.#wants.delete(jet);
    clearTimeout(this.#postponed.get(jet)?.timer);
    this.#postponed.delete(jet);
    for (const loan of all) if (loan.jet === jet) this.#end(loan);
  }

  #queue(loan: Loan, waiter: Waiter): void {
    loan.waiters.push(waiter);
    if (loan.wantedAt !== null) return;
    loan.wantedAt = this.#options.now();
    const wants = this.#wants.get(loan.jet);
    if (wants !== undefined && loan.id < wants) this.#postpone(loan);
    else this.#recall(loan);
  }

  #postpone(loan: Loan): void {
    const { jet } = loan;
    const postponed = this.#postponed.get(jet);
    if (postponed !== undefined) {
      postponed.loans.add(loan);
    } else {
      const timer = setTimeout(() => this.#recallPostponed(jet), POSTPONED_MS);
      this.#postponed.set(jet, { loans: new Set([loan]), timer });
    }
  }

  #recallPostponed(jet: string): void {
    const postponed = this.#postponed.get(jet);
    if (postponed === undefined) return;
    clearTimeout(postponed.timer);
    this.#postponed.delete(jet);
    for (const loan of postponed.loans) if (this.#loans.get(loan.id) === loan) this.#recall(loan);
  }

  #recall({ jet, key }: Loan): void {
    this.counts.recalls += 1;
    this.#options.recall(jet, key);
  }

  /** The first waiter may borrow the key itself: the others then queue up behind it, in their order. */
  #end(loan: Loan): void {
    this.#loans.delete(loan.id);
    for (const { jet, run } of loan.waiters) {
      const isNext = !this.#loans.has(loan.id);
      if (isNext) this.#wants.delete(jet);
      this.whenBack(loan.key, jet, run);
      // The jet has its answer, and looks for recalls when it has worked for a while.
      if (isNext) this.#recallPostponed(jet);
    }
  }
}

/** What keys are judged by, all items of a pool together. */
export function loanGroup(key: Key): string {
  return key.kind === 'cell' ? `cell ${key.name}` : `pool ${key.pool}`;
}
