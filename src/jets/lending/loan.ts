import type { Lendable } from '../protocol.ts';

/** A key or a pool that is with a jet. */
export interface Loan {
  readonly lent: Lendable;
  readonly jet: string;
  readonly lentAt: number;
  /** What the jet had waited for keys until then. */
  readonly waitedBefore: number;
  /** When it was asked back; null while nobody waits. */
  recalledAt: number | null;
  readonly waiters: Waiter[];
}

/** A jet that wants what is lent to another. */
export interface Waiter {
  readonly jet: string;
  /** Since when it waits for this. */
  readonly since: number;
  /** Comes again for what it waits for. */
  readonly again: () => void;
}

/** Who waits for what is with a jet. */
export interface LoanWait {
  readonly lent: Lendable;
  readonly holder: string;
  /** Milliseconds of the clock of the loans. */
  readonly heldSince: number;
  readonly waiters: readonly { readonly jet: string; readonly since: number }[];
}
