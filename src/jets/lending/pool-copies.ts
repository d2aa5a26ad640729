import type { Key } from '../../core/state/key.ts';
import type { StateStore } from '../../core/state/store.ts';
import type { NativeLanguage, StateValue } from '../../core/state/value.ts';
import type { LentPool } from '../protocol.ts';

/** A larger pool is not sent as a whole: a jet asks for those of its items that it uses. */
const MOST_ITEMS = 20_000;

interface Copy {
  /** The jet knows all items. */
  readonly complete: boolean;
  /** Items that have changed since the jet had the pool last, with their values; null for those that are gone. */
  readonly stale: Map<string, StateValue | null>;
}

/**
 * What jets know of the pools that were lent to them as a whole. They keep what they know, so that the next time they need only
 * be told what has changed: handing a pool over costs as much as its items were used, not as much as it has.
 */
export class PoolCopies {
  readonly #pools = new Map<string, Map<string, Copy>>();
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** A key has got another value, null for none. @param knows the jet that has made it and holds the pool; null for none */
  changed(key: Key, value: StateValue | null, knows: string | null): void {
    if (key.kind === 'cell' || this.#pools.size === 0) return;
    const copies = this.#pools.get(key.pool);
    if (copies === undefined) return;
    for (const [jet, { stale }] of copies) {
      if (jet === knows) continue;
      if (stale.size < MOST_ITEMS) stale.set(key.item, value);
      else copies.delete(jet);
    }
  }

  /** What a jet has to be told about a pool that is lent to it; from then on it counts as told. */
  renew(pool: string, jet: string, language: NativeLanguage): LentPool {
    const copies = this.#pools.get(pool) ?? new Map<string, Copy>();
    this.#pools.set(pool, copies);
    const known = copies.get(jet);
    const complete = known?.complete ?? this.#store.size(pool) <= MOST_ITEMS;
    copies.set(jet, { complete, stale: new Map() });
    const items: [string, StateValue][] = [];
    const unknown: string[] = [];
    for (const [item, value] of known?.stale ?? (complete ? this.#all(pool) : [])) {
      if (value !== null && isOpenTo(language, value)) items.push([item, value]);
      else unknown.push(item);
    }
    return { fresh: known === undefined, complete, items, unknown };
  }

  /** The jet has dropped what it knew. */
  forget(pool: string, jet: string): void {
    this.#pools.get(pool)?.delete(jet);
  }

  close(jet: string): void {
    for (const [pool, copies] of this.#pools) {
      copies.delete(jet);
      if (copies.size === 0) this.#pools.delete(pool);
    }
  }

  *#all(pool: string): Generator<readonly [string, StateValue]> {
    for (const [key, { value }] of this.#store.items(pool)) if (key.kind === 'item') yield [key.item, value];
  }
}

/** Python is told many values at once only as one JSON text. */
function isOpenTo(language: NativeLanguage, { native }: StateValue): boolean {
  return native === null || (language === 'R' && native.language === 'R');
}
