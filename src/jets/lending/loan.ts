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
  /** Comes again for what it waits for. */
  readonly again: () => void;
}
