import type { Key } from './key.ts';
import { keyId } from './key.ts';

interface Waiter<Owner> {
  readonly owner: Owner;
  readonly since: number;
  readonly wants: 'turn' | 'one action';
  readonly run: () => void;
}

interface Queue<Owner> {
  readonly key: Key;
  holder: Owner | undefined;
  heldSince: number;
  readonly waiters: Waiter<Owner>[];
  draining: boolean;
}

/** Who waits for a turn on a key. */
export interface TurnWait<Owner> {
  readonly key: Key;
  readonly holder: Owner;
  /** Milliseconds of the clock of the turns. */
  readonly heldSince: number;
  readonly waiters: readonly { readonly owner: Owner; readonly since: number }[];
}

/**
 * Exclusive turns per key, first come, first served, for who has lost too many compare-and-sets. Who stores without
 * a turn goes through {@link whenFree} and waits in the same line.
 *
 * Grants are plain calls, not promises: what a waiter does when its time has come is done before the next one is
 * looked at. A `run` must not throw. It may call any method here.
 */
export class Turns<Owner> {
  /** Only keys that somebody holds or waits for. */
  readonly #queues = new Map<string, Queue<Owner>>();
  readonly #now: () => number;

  /** @param now milliseconds. @default performance.now */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Calls `granted` when `owner` has the turn: at once when the key is free or already its own. It lasts until `release`. */
  acquire(key: Key, owner: Owner, granted: () => void): void {
    this.#enter(key, { owner, wants: 'turn', run: granted, since: this.#now() });
  }

  /** Calls `action` when nobody else has a turn on `key` and all who came before have been served: at once when `owner` has it. */
  whenFree(key: Key, owner: Owner, action: () => void): void {
    if (this.#queues.size === 0) action();
    else this.#enter(key, { owner, wants: 'one action', run: action, since: this.#now() });
  }

  /** Gives up the turn; nothing happens when `owner` does not have it. */
  release(key: Key, owner: Owner): void {
    const id = keyId(key);
    const queue = this.#queues.get(id);
    if (queue === undefined || queue.holder !== owner) return;
    queue.holder = undefined;
    this.#drain(id, queue);
  }

  /** Gives up the turns of an owner that is gone and forgets what it waits for. */
  releaseAll(owner: Owner): void {
    for (const queue of this.#queues.values()) {
      const others = queue.waiters.filter((waiter) => waiter.owner !== owner);
      queue.waiters.splice(0, queue.waiters.length, ...others);
    }
    for (const [id, queue] of [...this.#queues]) {
      if (queue.holder !== owner) continue;
      queue.holder = undefined;
      this.#drain(id, queue);
    }
  }

  /** Whether somebody has a turn on `key` or waits for one. */
  isBusy(key: Key): boolean {
    return this.#queues.size > 0 && this.#queues.has(keyId(key));
  }

  /** Whether somebody has a turn on an item of the pool or waits for one. */
  isPoolBusy(pool: string): boolean {
    for (const { key } of this.#queues.values()) if (key.kind === 'item' && key.pool === pool) return true;
    return false;
  }

  /** Who waits, the next one first. */
  waiting(key: Key): Owner[] {
    return this.#queues.get(keyId(key))?.waiters.map((waiter) => waiter.owner) ?? [];
  }

  /** Everybody who waits while another has a turn. */
  *waits(): Generator<TurnWait<Owner>> {
    for (const { key, holder, heldSince, waiters } of this.#queues.values()) {
      if (holder !== undefined && waiters.length > 0) yield { key, holder, heldSince, waiters };
    }
  }

  #enter(key: Key, waiter: Waiter<Owner>): void {
    const id = keyId(key);
    const queue = this.#queues.get(id);
    if (queue !== undefined && queue.holder === waiter.owner) {
      waiter.run();
    } else if (queue !== undefined) {
      queue.waiters.push(waiter);
    } else if (waiter.wants === 'one action') {
      waiter.run();
    } else {
      this.#queues.set(id, { key, holder: waiter.owner, heldSince: waiter.since, waiters: [], draining: false });
      waiter.run();
    }
  }

  #drain(id: string, queue: Queue<Owner>): void {
    // A waiter that releases from inside its own `run` comes here again; the outer loop goes on for it.
    if (queue.draining) return;
    queue.draining = true;
    while (queue.holder === undefined) {
      const next = queue.waiters.shift();
      if (next === undefined) break;
      if (next.wants === 'turn') {
        queue.holder = next.owner;
        queue.heldSince = this.#now();
      }
      next.run();
    }
    queue.draining = false;
    if (queue.holder === undefined) this.#queues.delete(id);
  }
}
