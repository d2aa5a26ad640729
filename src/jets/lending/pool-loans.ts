import type { Loan } from './loan.ts';

const NONE: ReadonlySet<Loan> = new Set();

/** The loans of pools: a pool as a whole, or some of its items. */
export class PoolLoans {
  readonly #wholes = new Map<string, Loan>();
  readonly #items = new Map<string, Set<Loan>>();

  whole(pool: string): Loan | undefined {
    return this.#wholes.get(pool);
  }

  wholes(): Iterable<Loan> {
    return this.#wholes.values();
  }

  items(pool: string): ReadonlySet<Loan> {
    return this.#items.get(pool) ?? NONE;
  }

  lendWhole(pool: string, loan: Loan): void {
    this.#wholes.set(pool, loan);
  }

  endWhole(pool: string): void {
    this.#wholes.delete(pool);
  }

  addItem(pool: string, loan: Loan): void {
    const items = this.#items.get(pool);
    if (items === undefined) this.#items.set(pool, new Set([loan]));
    else items.add(loan);
  }

  removeItem(pool: string, loan: Loan): void {
    const items = this.#items.get(pool);
    items?.delete(loan);
    if (items?.size === 0) this.#items.delete(pool);
  }
}
