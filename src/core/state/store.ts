import type { Capture } from './capture.ts';
import { StoreCapture } from './capture.ts';
import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';
import type { PackingSizes } from './packing.ts';
import { USUAL_PACKING } from './packing.ts';
import type { Part } from './part.ts';
import { isPacked } from './part.ts';
import type { Stored } from './stored.ts';
import { Table } from './table.ts';
import type { StateValue } from './value.ts';

export type CompareAndSetResult =
  | { readonly stored: true; readonly version: number }
  | { readonly stored: false; readonly current: Stored | undefined };

export interface StateStoreOptions {
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  readonly packing?: PackingSizes;
  /** Entries that a capture gives at a time. */
  readonly sliceLength?: number;
}

/** Some tenths of a millisecond of work. */
const SLICE_LENGTH = 256;

/**
 * All cells and pools of one engine, in its own process: the authority on their values. Every call is complete
 * when it returns. A pool exists as long as it has an item.
 *
 * A version is never used again for a key, so who compares versions cannot mistake a key that was deleted and made
 * again for the one it knew. Instead of remembering deleted keys, new ones start above the highest version that was ever deleted.
 */
export class StateStore {
  #cells: Table;
  #pools = new Map<string, Table>();
  #itemCount = 0;
  #highestVersion = 0;
  #highestDeletedVersion = 0;
  /** Open captures of what `#cells` and `#pools` hold now. */
  #captures = new Set<StoreCapture>();
  readonly #now: () => number;
  readonly #packing: PackingSizes;
  readonly #sliceLength: number;

  constructor({ now = Date.now, packing = USUAL_PACKING, sliceLength = SLICE_LENGTH }: StateStoreOptions = {}) {
    this.#now = now;
    this.#packing = packing;
    this.#sliceLength = sliceLength;
    this.#cells = new Table(null, packing);
  }

  get(key: Key): Stored | undefined {
    return key.kind === 'cell' ? this.#cells.get(key.name) : this.#pools.get(key.pool)?.get(key.item);
  }

  /** @returns the new version */
  set(key: Key, value: StateValue): number {
    return this.#put(key, this.get(key), value);
  }

  /** Stores only when the key is missing. @returns the value and version that the key has now */
  init(key: Key, value: StateValue): { stored: boolean; value: StateValue; version: number } {
    const current = this.get(key);
    if (current !== undefined) return { stored: false, value: current.value, version: current.version };
    return { stored: true, value, version: this.#put(key, undefined, value) };
  }

  /** Stores only when the key has the version `expectedVersion`, 0 for a missing key. */
  compareAndSet(key: Key, expectedVersion: number, value: StateValue): CompareAndSetResult {
    const current = this.get(key);
    if ((current?.version ?? 0) !== expectedVersion) return { stored: false, current };
    return { stored: true, version: this.#put(key, current, value) };
  }

  /** @returns false when there was nothing to delete */
  delete(key: Key): boolean {
    const current = this.get(key);
    if (current === undefined) return false;
    for (const capture of this.#captures) capture.preserve(key, current.value);
    this.#highestDeletedVersion = Math.max(this.#highestDeletedVersion, current.version);
    if (key.kind === 'cell') {
      this.#cells.delete(key.name);
      return true;
    }
    const pool = this.#pools.get(key.pool);
    pool?.delete(key.item);
    if (pool?.size === 0) this.#pools.delete(key.pool);
    this.#itemCount--;
    return true;
  }

  /** Names of the items of `pool`, sorted. */
  keys(pool: string): string[] {
    return this.#pools.get(pool)?.names() ?? [];
  }

  /** Number of items of `pool`. */
  size(pool: string): number {
    return this.#pools.get(pool)?.size ?? 0;
  }

  get counts(): { readonly cells: number; readonly pools: number; readonly items: number } {
    return { cells: this.#cells.size, pools: this.#pools.size, items: this.#itemCount };
  }

  /** The cells in sorted order. */
  *cells(): Generator<readonly [Key, Stored], void, void> {
    for (const name of this.#cells.names()) {
      const stored = this.#cells.get(name);
      if (stored !== undefined) yield [cellKey(name), stored];
    }
  }

  /** Names of the pools, sorted. */
  pools(): string[] {
    return [...this.#pools.keys()].sort();
  }

  /** The items of `pool` in sorted order. */
  *items(pool: string): Generator<readonly [Key, Stored], void, void> {
    for (const item of this.keys(pool)) {
      const stored = this.#pools.get(pool)?.get(item);
      if (stored !== undefined) yield [itemKey(pool, item), stored];
    }
  }

  /** Swaps the whole content at once. @param parts each key once; lines in the order of `compareKeys` */
  replaceAll(parts: readonly Part[], { restored }: { readonly restored: boolean }): void {
    this.clear();
    const version = this.#highestDeletedVersion + 1;
    const common = { version, updatedAt: this.#now(), restored };
    for (const part of parts) {
      if (isPacked(part)) this.#tableOf(part.pool).addLines(part, common);
      else this.#place(part[0], { value: part[1], ...common });
    }
    if (parts.length > 0) this.#highestVersion = version;
    this.#itemCount = [...this.#pools.values()].reduce((sum, { size }) => sum + size, 0);
  }

  clear(): void {
    // Captures keep the old maps, which nobody changes any more.
    this.#captures.clear();
    this.#cells = new Table(null, this.#packing);
    this.#pools = new Map();
    this.#itemCount = 0;
    this.#highestDeletedVersion = this.#highestVersion;
  }

  /**
   * Everything as it is now. Takes the same short time whatever the size: from here on, the store preserves the old value of
   * a key before it changes it, until the capture is released.
   */
  capture(): Capture {
    const capture = new StoreCapture({
      cells: this.#cells,
      pools: this.#pools,
      count: this.#cells.size + this.#itemCount,
      sliceLength: this.#sliceLength,
      onRelease: () => this.#captures.delete(capture),
    });
    this.#captures.add(capture);
    return capture;
  }

  #put(key: Key, current: Stored | undefined, value: StateValue): number {
    for (const capture of this.#captures) capture.preserve(key, current?.value ?? null);
    const version = (current?.version ?? this.#highestDeletedVersion) + 1;
    if (version > this.#highestVersion) this.#highestVersion = version;
    const table = this.#place(key, { value, version, updatedAt: this.#now(), restored: false });
    // A capture relies on what was packed, and what was not, when it was taken.
    if (this.#captures.size === 0) table.packOn();
    if (key.kind === 'item' && current === undefined) this.#itemCount++;
    return version;
  }

  #place(key: Key, stored: Stored): Table {
    const table = this.#tableOf(key.kind === 'cell' ? null : key.pool);
    table.set(key.kind === 'cell' ? key.name : key.item, stored);
    return table;
  }

  /** @param pool null for the cells */
  #tableOf(pool: string | null): Table {
    if (pool === null) return this.#cells;
    let table = this.#pools.get(pool);
    if (table === undefined) {
      table = new Table(pool, this.#packing);
      this.#pools.set(pool, table);
    }
    return table;
  }
}
