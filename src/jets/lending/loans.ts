import type { Key } from '../../core/state/key.ts';
import { keyId } from '../../core/state/key.ts';
import type { Lendable } from '../protocol.ts';
import type { Loan, LoanWait, Waiter } from './loan.ts';
import { PoolLoans } from './pool-loans.ts';
import type { SharingPolicy } from './sharing-policy.ts';
import { Waits } from './waits.ts';

export interface LoansOptions {
  readonly policy: SharingPolicy;
  /** Milliseconds. */
  readonly now: () => number;
  readonly recall: (jet: string, lent: Lendable) => void;
}

/** How often and how long jets have waited for keys of each other. */
export interface LoanCounts {
  recalls: number;
  waitedMs: number;
}

/**
 * Which key is with which jet. A loan lasts until the jet hands the key in, which it does at its next safe point after a
 * recall, or until the jet is gone. A pool may be lent as a whole, but only while none of its items is lent by itself.
 */
export class Loans {
  readonly counts: LoanCounts = { recalls: 0, waitedMs: 0 };
  readonly #keys = new Map<string, Loan>();
  readonly #pools = new PoolLoans();
  /** Those that somebody waits for. */
  readonly #wanted = new Set<Loan>();
  readonly #waits: Waits;
  readonly #options: LoansOptions;

  constructor(options: LoansOptions) {
    this.#options = options;
    this.#waits = new Waits(options.now);
  }

  holder(key: Key): string | null {
    return this.#find(key)?.jet ?? null;
  }

  /** Jets that wait for the key, in the order in which they will be served. */
  waiting(key: Key): string[] {
    return this.#find(key)?.waiters.map(({ jet }) => jet) ?? [];
  }

  /** When the key, or its pool, was lent to the jet that has it; null when none has. */
  lentSince(key: Key): number | null {
    return this.#find(key)?.lentAt ?? null;
  }

  /** Everybody who waits, by what they wait for. */
  *waits(): Generator<LoanWait> {
    for (const { lent, jet, lentAt, waiters } of this.#wanted) {
      if (waiters.length > 0) yield { lent, holder: jet, heldSince: lentAt, waiters };
    }
  }

  /** Whether the jet has the whole pool. */
  hasPool(pool: string, jet: string): boolean {
    return this.#pools.whole(pool)?.jet === jet;
  }

  /** Whether nothing of the pool is lent. */
  isPoolFree(pool: string): boolean {
    return this.#pools.whole(pool) === undefined && this.#pools.items(pool).size === 0;
  }

  lend(key: Key, jet: string): void {
    const loan = this.#newLoan(key, jet);
    this.#keys.set(keyId(key), loan);
    if (key.kind === 'item') this.#pools.addItem(key.pool, loan);
  }

  /** Lends all items of a pool, also those to come. The pool must be free. */
  lendPool(pool: string, jet: string): void {
    this.#pools.lendWhole(pool, this.#newLoan({ kind: 'pool', pool }, jet));
  }

  /** Calls `run` when the key is with no other jet than `jet`: at once, or after it has been recalled. */
  whenBack(key: Key, jet: string, run: () => void): void {
    const loan = this.#find(key);
    if (loan === undefined || loan.jet === jet) run();
    else this.#queue(loan, jet, () => this.whenBack(key, jet, run));
  }

  /**
   * Calls `run` at once when the jet has the pool already, or nothing of it is lent to anybody. Else all of it is recalled, and `again` called
   * when it is back: by then it may have been lent anew, or the way in which it is lent have changed.
   */
  whenPoolBack(pool: string, jet: string, { run, again }: { run: () => void; again: () => void }): void {
    const whole = this.#pools.whole(pool);
    const items = [...this.#pools.items(pool)];
    if (whole !== undefined && whole.jet !== jet) {
      this.#queue(whole, jet, again);
    } else if (items.length === 0) {
      run();
    } else {
      // One recall for all that a jet has of the pool.
      const holders = new Set(items.filter(({ recalledAt }) => recalledAt === null).map((loan) => loan.jet));
      for (const loan of items) this.#markRecalled(loan);
      this.#queueForAll(items, jet, again);
      for (const holder of holders) this.#recall(holder, { kind: 'pool', pool });
    }
  }

  /** Calls `run` when none of the items of the pool that `wanted` picks is with another jet than `jet`. */
  whenItemsBack(pool: string, wanted: (key: Key) => boolean, jet: string, run: () => void): void {
    const whole = this.#pools.whole(pool);
    const items = [...this.#pools.items(pool)].filter(({ lent }) => lent.kind === 'item' && wanted(lent));
    const loans = (whole === undefined ? items : [whole]).filter((loan) => loan.jet !== jet);
    this.#queueForAll(loans, jet, run);
  }

  /** The jet has handed in a key, or the pool. Who waited for it is served. */
  giveBack(lent: Lendable, jet: string, uses: number): void {
    const loan = lent.kind === 'pool' ? this.#pools.whole(lent.pool) : this.#keys.get(keyId(lent));
    if (loan === undefined || loan.jet !== jet) return;
    if (loan.recalledAt !== null) {
      const now = this.#options.now();
      this.counts.waitedMs += now - loan.recalledAt;
      // A holder that waited for another key itself had no use for this one: that is no reason to share it.
      const waitedMs = this.#waits.of(jet) - loan.waitedBefore;
      this.#options.policy.gaveBack(lent, now - loan.lentAt - waitedMs, uses);
    }
    this.#end(loan);
  }

  /** The jet is gone: what it had is back as it was last handed in, and it waits for nothing any more. */
  close(jet: string): void {
    const all = [...this.#keys.values(), ...this.#pools.wholes()];
    for (const { waiters } of all) {
      const others = waiters.filter((waiter) => waiter.jet !== jet);
      waiters.splice(0, waiters.length, ...others);
    }
    this.#waits.forget(jet);
    for (const loan of all) if (loan.jet === jet) this.#end(loan);
  }

  /** Of somebody who waits for nothing any more, and will not come again. */
  forgetWaits(name: string): void {
    this.#waits.forget(name);
  }

  #find(key: Key): Loan | undefined {
    const loan = this.#keys.size === 0 ? undefined : this.#keys.get(keyId(key));
    return loan === undefined && key.kind === 'item' ? this.#pools.whole(key.pool) : loan;
  }

  #newLoan(lent: Lendable, jet: string): Loan {
    const lentAt = this.#options.now();
    return { lent, jet, lentAt, waitedBefore: this.#waits.of(jet), recalledAt: null, waiters: [] };
  }

  #queueForAll(loans: readonly Loan[], jet: string, run: () => void): void {
    let missing = loans.length + 1;
    const again = () => {
      missing -= 1;
      if (missing === 0) run();
    };
    for (const loan of loans) this.#queue(loan, jet, again);
    again();
  }

  #queue(loan: Loan, jet: string, again: Waiter['again']): void {
    loan.waiters.push({ jet, since: this.#options.now(), again });
    this.#wanted.add(loan);
    this.#waits.begin(jet);
    if (loan.recalledAt !== null) return;
    this.#markRecalled(loan);
    this.#recall(loan.jet, loan.lent);
  }

  #markRecalled(loan: Loan): void {
    loan.recalledAt ??= this.#options.now();
  }

  #recall(jet: string, lent: Lendable): void {
    this.counts.recalls += 1;
    this.#options.recall(jet, lent);
  }

  /** The first waiter may borrow the key itself: the others then queue up behind it, in their order. */
  #end(loan: Loan): void {
    const { lent } = loan;
    this.#wanted.delete(loan);
    if (lent.kind !== 'pool') this.#keys.delete(keyId(lent));
    if (lent.kind === 'pool') this.#pools.endWhole(lent.pool);
    else if (lent.kind === 'item') this.#pools.removeItem(lent.pool, loan);
    for (const { jet, again } of loan.waiters) {
      this.#waits.end(jet);
      again();
    }
  }
}
