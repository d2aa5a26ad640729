import type { ErrorCode } from '../core/errors.ts';
import type { Key } from '../core/state/key.ts';
import { describeKey } from '../core/state/key.ts';
import type { StateStore, Stored } from '../core/state/store.ts';
import { Turns } from '../core/state/turns.ts';
import type { NativeLanguage, StateValue } from '../core/state/value.ts';
import type { StateReply, StateRequest, StoreRequest } from './protocol.ts';

export interface StateDeskOptions {
  readonly store: StateStore;
  /** The first `begin` of a run has overwritten a value that came from a snapshot. */
  readonly onRestoredOverwritten: (key: Key) => void;
}

interface Visitor {
  readonly language: NativeLanguage;
  /** The jet joined a running job and is still in `begin`: it must not overwrite what is there. */
  keepsExisting: boolean;
  inBegin: boolean;
}

type Reply = (reply: StateReply) => void;

/** Answers the state requests of jets from the store, the authority on every value. */
export class StateDesk {
  readonly #store: StateStore;
  readonly #turns = new Turns<string>();
  readonly #visitors = new Map<string, Visitor>();
  readonly #onRestoredOverwritten: (key: Key) => void;

  constructor(options: StateDeskOptions) {
    this.#store = options.store;
    this.#onRestoredOverwritten = options.onRestoredOverwritten;
  }

  /** A jet may come to the desk from now on. */
  open(jet: string, options: { language: NativeLanguage; joining: boolean }): void {
    this.#visitors.set(jet, { language: options.language, keepsExisting: options.joining, inBegin: true });
  }

  /** The jet has finished `begin`: from now on its stores overwrite. */
  begun(jet: string): void {
    const visitor = this.#visitors.get(jet);
    if (visitor === undefined) return;
    visitor.keepsExisting = false;
    visitor.inBegin = false;
  }

  /** The jet is gone: what it held is free for the next one at once. */
  close(jet: string): void {
    this.#visitors.delete(jet);
    this.#turns.releaseAll(jet);
  }

  /** Jets that wait for a turn on `key`. */
  waiting(key: Key): readonly string[] {
    return this.#turns.waiting(key);
  }

  /** Stores a value from outside of the jets, after those that wait in line for the key. */
  set(key: Key, value: StateValue): Promise<void> {
    return new Promise((resolve) => {
      this.#turns.whenFree(key, '', () => {
        this.#store.set(key, value);
        resolve();
      });
    });
  }

  /** Answers `request` with exactly one call of `reply`: at once, or when the jet's turn has come. */
  handle(jet: string, request: StateRequest, reply: Reply): void {
    const visitor = this.#visitors.get(jet);
    if (visitor === undefined) return;
    switch (request.op) {
      case 'get':
        reply(this.#current(request.key, this.#store.get(request.key), visitor));
        return;
      case 'keys':
        reply({ t: 'reply', keys: this.#store.keys(request.pool) });
        return;
      case 'turn':
        this.#turns.acquire(request.key, jet, () =>
          reply(this.#current(request.key, this.#store.get(request.key), visitor)),
        );
        return;
      case 'release':
        this.#turns.release(request.key, jet);
        reply({ t: 'reply' });
        return;
      default:
        this.#turns.whenFree(request.key, jet, () => {
          reply(this.#change(request, visitor));
          this.#turns.release(request.key, jet);
        });
    }
  }

  #change(request: StoreRequest, visitor: Visitor): StateReply {
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
