import type { StateValue } from './value.ts';

/** What the store knows about a key. Never changed in place: every store makes a new one. */
export interface Stored {
  readonly value: StateValue;
  /** Number of stores of this key; it goes on from a higher number when the key was deleted in between. Never 0. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  /** The value came from a restore and has not been stored since. */
  readonly restored: boolean;
}
