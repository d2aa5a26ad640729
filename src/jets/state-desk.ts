import type { ErrorCode } from '../core/errors.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Key } from '../core/state/key.ts';
import { describeKey } from '../core/state/key.ts';
import type { StateStore } from '../core/state/store.ts';
import type { Stored } from '../core/state/stored.ts';
import { Turns } from '../core/state/turns.ts';
import type { NativeLanguage, StateValue } from '../core/state/value.ts';
import type { KeyWait } from './lending/key-waits.ts';
import { keyWaits } from './lending/key-waits.ts';
import type { LoanCounts } from './lending/loans.ts';
import { Loans } from './lending/loans.ts';
import { PoolCopies } from './lending/pool-copies.ts';
import { SharingPolicy } from './lending/sharing-policy.ts';
import type {
  Change,
  Lendable,
  ReturnedLoan,
  ReturnedPool,
  StateReply,
  StateRequest,
  StoreRequest,
} from './protocol.ts';

export interface StateDeskOptions {
  readonly store: StateStore;
  /** The first `begin` of a run has overwritten a value that came from a snapshot. */
  readonly onRestoredOverwritten: (key: Key) => void;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
  readonly policy?: SharingPolicy;
}

export interface VisitorOptions {
  readonly language: NativeLanguage;
  /** The jet joins a running job: its `begin` must not overwrite what is there. */
  readonly joining: boolean;
  /** Asks back what was lent to the jet. */
  readonly recall: (lent: Lendable) => void;
}

interface Visitor {
  readonly language: NativeLanguage;
  readonly recall: (lent: Lendable) => void;
  keepsExisting: boolean;
  inBegin: boolean;
  borrows: boolean;
}

type Reply = (reply: StateReply) => void;

export interface DeskCounts extends Readonly<LoanCounts> {
  /** Updates of shared keys that had to be done again, because another jet was quicker. */
  readonly conflicts: number;
}

/** How a key is worked with at the moment. Jets are named by their sandbox. */
export interface KeyStanding {
  readonly lentTo: string | null;
  /** For how many milliseconds that jet has had it; null when none has. */
  readonly lentForMs: number | null;
  /** Not lent any more, because jets would wait for each other for too long. */
  readonly shared: boolean;
  /** In the order in which they will be served; requests from outside have names of their own. */
  readonly waiting: readonly string[];
}

/**
 * Answers the state requests of jets from the store, the authority on every value, and lends them keys to work on in
 * their own memory. What a jet does with a lent key reaches the store when the jet hands it in.
 */
export class StateDesk {
  readonly #store: StateStore;
  readonly #turns: Turns<string>;
  readonly #now: () => number;
  readonly #policy: SharingPolicy;
  readonly #loans: Loans;
  readonly #copies: PoolCopies;
  readonly #visitors = new Map<string, Visitor>();
  readonly #onRestoredOverwritten: (key: Key) => void;
  #conflicts = 0;
  /** Requests from outside so far. */
  #outside = 0;

  constructor(options: StateDeskOptions) {
    this.#store = options.store;
    this.#onRestoredOverwritten = options.onRestoredOverwritten;
    const now = options.now ?? (() => performance.now());
    this.#now = now;
    this.#turns = new Turns(now);
    this.#policy = options.policy ?? new SharingPolicy({ now });
    this.#loans = new Loans({
      policy: this.#policy,
      now,
      recall: (jet, lent) => this.#visitors.get(jet)?.recall(lent),
    });
    this.#copies = new PoolCopies(options.store);
  }

  /** A jet may come to the desk from now on. */
  open(jet: string, { language, joining, recall }: VisitorOptions): void {
    this.#visitors.set(jet, { language, recall, keepsExisting: joining, inBegin: true, borrows: false });
  }

  /** The jet has finished `begin`: from now on its stores overwrite. @param borrows whether keys may be lent to it */
  begun(jet: string, borrows: boolean): void {
    const visitor = this.#visitors.get(jet);
    if (visitor === undefined) return;
    visitor.keepsExisting = false;
    visitor.inBegin = false;
    visitor.borrows = borrows;
  }

  /** The jet is gone: what it held is free for the next one at once, with the value that was handed in last. */
  close(jet: string): void {
    this.#visitors.delete(jet);
    this.#copies.close(jet);
    this.#loans.close(jet);
    this.#turns.releaseAll(jet);
  }

  /** Who works with a key, and who waits for it. */
  standing(key: Key): KeyStanding {
    const since = this.#loans.lentSince(key);
    return {
      lentTo: this.#loans.holder(key),
      lentForMs: since === null ? null : this.#now() - since,
      shared: this.#policy.wayOf(key) === 'shared',
      waiting: [...this.#loans.waiting(key), ...this.#turns.waiting(key)],
    };
  }

  /** Who waits for whom at the moment. */
  waits(): KeyWait[] {
    const turns = [...this.#turns.waits()].map(({ key, waiters, ...wait }) => ({
      ...wait,
      lent: key,
      waiters: waiters.map(({ owner, since }) => ({ jet: owner, since })),
    }));
    return keyWaits([...this.#loans.waits(), ...turns], this.#now());
  }

  get counts(): DeskCounts {
    return { ...this.#loans.counts, conflicts: this.#conflicts };
  }

  /** Takes what a jet has changed in keys that it goes on to hold. */
  apply(jet: string, changes: readonly Change[]): void {
    for (const { key, value } of changes) {
      this.#assertHolder(key, jet);
      this.#store.set(key, value);
      this.#copies.changed(key, value, this.#knowing(key, jet));
    }
  }

  /** Takes keys back. */
  takeBack(jet: string, loans: readonly ReturnedLoan[]): void {
    for (const { key, value, uses } of loans) {
      this.#assertHolder(key, jet);
      if (value !== null) this.apply(jet, [{ key, value }]);
      this.#loans.giveBack(key, jet, uses);
    }
  }

  /** Takes whole pools back. */
  takePoolsBack(jet: string, pools: readonly ReturnedPool[]): void {
    for (const { pool, uses, forgotten } of pools) {
      if (forgotten) this.#copies.forget(pool, jet);
      this.#loans.giveBack({ kind: 'pool', pool }, jet, uses);
    }
  }

  /** Stores a value from outside of the jets, after those that wait in line for the key. @param signal of a client who gives up */
  set(key: Key, value: StateValue, signal?: AbortSignal): Promise<void> {
    return this.#fromOutside(key, signal, () => {
      this.#store.set(key, value);
      this.#copies.changed(key, value, null);
    });
  }

  /** Deletes a key from outside of the jets. @returns false when there was nothing to delete */
  delete(key: Key, signal?: AbortSignal): Promise<boolean> {
    return this.#fromOutside(key, signal, () => {
      this.#copies.changed(key, null, null);
      return this.#store.delete(key);
    });
  }

  /** Answers `request` with exactly one call of `reply`: at once, or when the key is there and the jet's turn has come. */
  handle(jet: string, request: StateRequest, reply: Reply): void {
    if (request.op === 'keys') {
      const { pool } = request;
      const isNew = (key: Key) => this.#store.get(key) === undefined;
      this.#loans.whenItemsBack(pool, isNew, jet, () => reply({ t: 'reply', keys: this.#store.keys(pool) }));
      return;
    }
    const { op, key } = request;
    const serve = () => this.#serve(jet, request, reply);
    const mayBorrow = op !== 'turn' && op !== 'release' && op !== 'delete' && this.#visitors.get(jet)?.borrows;
    if (mayBorrow && key.kind === 'item' && this.#policy.wayOf(key) === 'pool') {
      this.#loans.whenPoolBack(key.pool, jet, { run: serve, again: () => this.handle(jet, request, reply) });
    } else {
      this.#loans.whenBack(key, jet, serve);
    }
  }

  #serve(jet: string, request: Exclude<StateRequest, { op: 'keys' }>, reply: Reply): void {
    const visitor = this.#visitors.get(jet);
    if (visitor === undefined) return;
    const { key } = request;
    switch (request.op) {
      case 'get':
        reply(this.#lending(jet, visitor, key, this.#current(key, this.#store.get(key), visitor)));
        return;
      case 'turn':
        this.#turns.acquire(key, jet, () => reply(this.#current(key, this.#store.get(key), visitor)));
        return;
      case 'release':
        this.#turns.release(key, jet);
        reply({ t: 'reply' });
        return;
      case 'delete':
        this.#turns.whenFree(key, jet, () => {
          reply(this.#change(jet, request, visitor));
          this.#turns.release(key, jet);
        });
        return;
      default:
        this.#turns.whenFree(key, jet, () => {
          reply(this.#lending(jet, visitor, key, this.#change(jet, request, visitor)));
          this.#turns.release(key, jet);
        });
    }
  }

  /** Adds the key itself to a reply about it, or its pool, when that is allowed and worth it. */
  #lending(jet: string, visitor: Visitor, key: Key, reply: StateReply): StateReply {
    if (!visitor.borrows || reply.error !== undefined || this.#turns.isBusy(key)) return reply;
    // A jet that has the pool knows that it has the key.
    if (key.kind === 'item' && this.#loans.hasPool(key.pool, jet)) return reply;
    const freePool = this.#freePoolOf(key);
    const way = this.#policy.choose(key, freePool !== null && this.#visitors.size === 1);
    if (way === 'pool' && freePool !== null) {
      this.#loans.lendPool(freePool, jet);
      return { ...reply, lent: true, pool: this.#copies.renew(freePool, jet, visitor.language) };
    }
    if (way !== 'key') return reply;
    this.#loans.lend(key, jet);
    return { ...reply, lent: true };
  }

  /** The pool of the key when it can be lent as a whole. */
  #freePoolOf(key: Key): string | null {
    if (key.kind === 'cell' || !this.#loans.isPoolFree(key.pool) || this.#turns.isPoolBusy(key.pool)) return null;
    return key.pool;
  }

  /** Each request from outside is a visitor of its own, so that it can leave the line. */
  #fromOutside<T>(key: Key, signal: AbortSignal | undefined, change: () => T): Promise<T> {
    this.#outside += 1;
    const name = `request ${this.#outside}`;
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#loans.close(name);
        this.#turns.releaseAll(name);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#loans.whenBack(key, name, () =>
        this.#turns.whenFree(key, name, () => {
          signal?.removeEventListener('abort', leave);
          resolve(change());
          this.#loans.forgetWaits(name);
        }),
      );
    });
  }

  #assertHolder(key: Key, jet: string): void {
    if (this.#loans.holder(key) === jet) return;
    throw new FastScoreError('JET_PROTOCOL', `A jet handed in ${describeKey(key)}, which was not lent to it`);
  }

  /** The jet that knows what it has made of the key: the one that holds its pool. */
  #knowing(key: Key, jet: string): string | null {
    return key.kind === 'item' && this.#loans.hasPool(key.pool, jet) ? jet : null;
  }

  #change(jet: string, request: StoreRequest, visitor: Visitor): StateReply {
    const { key } = request;
    const reply = this.#carryOut(request, visitor);
    this.#copies.changed(key, this.#store.get(key)?.value ?? null, this.#knowing(key, jet));
    return reply;
  }

  #carryOut(request: StoreRequest, visitor: Visitor): StateReply {
    const { key } = request;
    const store = this.#store;
    const existing = store.get(key);
    switch (request.op) {
      case 'set':
        if (visitor.keepsExisting && existing !== undefined) {
          return { t: 'reply', stored: false, version: existing.version };
        }
        if (visitor.inBegin && existing?.restored) this.#onRestoredOverwritten(key);
        return { t: 'reply', stored: true, version: store.set(key, request.value) };
      case 'init': {
        const { stored } = store.init(key, request.value);
        return { ...this.#current(key, store.get(key), visitor), stored };
      }
      case 'cas': {
        const result = store.compareAndSet(key, request.version, request.value);
        if (result.stored) return { t: 'reply', stored: true, version: result.version };
        this.#conflicts += 1;
        return { ...this.#current(key, result.current, visitor), stored: false };
      }
      case 'delete':
        return { t: 'reply', stored: visitor.keepsExisting ? false : store.delete(key) };
    }
  }

  #current(key: Key, stored: Stored | undefined, { language }: Visitor): StateReply {
    if (stored === undefined) return { t: 'reply', value: null, version: 0 };
    const { value, version } = stored;
    if (value.json === null && value.native?.language !== language) {
      const writer = value.native?.language === 'R' ? 'an R' : 'a Python';
      const message = `The value of ${describeKey(key)} is ${writer} object that only that language can open`;
      return { t: 'reply', error: { code: 'STATE_OPAQUE' satisfies ErrorCode, message } };
    }
    return { t: 'reply', value, version };
  }
}
