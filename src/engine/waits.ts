import type { Key } from '../core/state/key.ts';
import { settlesWithin } from '../util/settles-within.ts';
import type { LimitName, Limits } from './limits.ts';

/** What an engine waits for. Each has its limit; that of a snapshot is for all that needs jets between two batches. */
export type WaitedFor = Exclude<LimitName, 'key' | 'frame'> | 'pig' | 'model';

export interface Wait {
  readonly for: WaitedFor;
  /** Of `state`. */
  readonly key: Key | null;
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly limitMs: number;
}

export interface WaitOptions {
  readonly key?: Key;
  /** In place of the limit that is set. */
  readonly limitMs?: number | undefined;
}

/** The waits of an engine that jets or streams may make long: each ends at its limit, and can be seen until then. */
export class Waits {
  readonly limits: Limits;
  readonly #underWay = new Set<Wait>();

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** The oldest first. */
  get underWay(): readonly Wait[] {
    return [...this.#underWay];
  }

  /** Whether a promise is fulfilled within the limit; it goes on all the same. */
  async within(what: WaitedFor, promise: Promise<unknown>, { key, limitMs }: WaitOptions = {}): Promise<boolean> {
    const wait = { for: what, key: key ?? null, since: Date.now(), limitMs: limitMs ?? this.limitOf(what) };
    this.#underWay.add(wait);
    try {
      return await settlesWithin(promise, wait.limitMs);
    } finally {
      this.#underWay.delete(wait);
    }
  }

  limitOf(what: WaitedFor): number {
    return this.limits[what === 'pig' || what === 'model' ? 'snapshot' : what];
  }
}
