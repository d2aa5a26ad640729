import { setImmediate } from 'node:timers/promises';
import type { Entry } from './entry.ts';
import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';
import { LineWalk } from './line-walk.ts';
import { USUAL_PACKING } from './packing.ts';
import type { Part } from './part.ts';
import { entriesOf, isPacked } from './part.ts';
import { Table } from './table.ts';
import type { StateValue } from './value.ts';
import { valuesInOrder } from './values-in-order.ts';

/** A frozen view of a state store, see `StateStore.capture`. May be read several times until it is released. */
export interface Capture {
  /** Number of keys. */
  readonly count: number;
  /** Everything in the order of `compareKeys`, in one go. For a large state use {@link slices}. */
  parts(): Iterable<Part>;
  /** The same one by one. */
  entries(): Iterable<Entry>;
  /** The same in small slices; the event loop turns after each, and also while names are being sorted. */
  slices(): AsyncIterable<readonly Part[]>;
  /** Ends the view and its cost. May be called twice. */
  release(): void;
}

/** Entries per slice: about a millisecond of work. */
const SLICE_LENGTH = 256;

/** Never stored to. */
const NOTHING = new Table(null, USUAL_PACKING);

/** Values of before the first change since the capture; null for a key that did not exist. */
type Preserved = Map<string, StateValue | null>;

/**
 * Shares the store's own tables. The rule that makes this right: a key whose value has changed since the capture
 * is in the preserved values; a key that is not there has never left the map, or the line, it was in at that moment.
 */
export class StoreCapture implements Capture {
  readonly count: number;
  #cells: Table;
  #pools: ReadonlyMap<string, Table>;
  #preservedCells: Preserved = new Map();
  #preservedPools = new Map<string, Preserved>();
  #released = false;
  readonly #onRelease: () => void;

  constructor(cells: Table, pools: ReadonlyMap<string, Table>, count: number, onRelease: () => void) {
    this.#cells = cells;
    this.#pools = pools;
    this.count = count;
    this.#onRelease = onRelease;
  }

  /** For the store: called before `key` changes, with the value that it still has, null for none. */
  preserve(key: Key, value: StateValue | null): void {
    const name = key.kind === 'cell' ? key.name : key.item;
    const preserved = key.kind === 'cell' ? this.#preservedCells : this.#preservedPool(key.pool);
    if (!preserved.has(name)) preserved.set(name, value);
  }

  *parts(): Generator<Part, void, void> {
    for (const part of this.#walk()) {
      if (part !== undefined) yield part;
    }
  }

  entries(): Generator<Entry, void, void> {
    return entriesOf(this.parts());
  }

  async *slices(): AsyncGenerator<readonly Part[], void, void> {
    let slice: Part[] = [];
    let length = 0;
    for (const part of this.#walk()) {
      if (part !== undefined) {
        slice.push(part);
        length += isPacked(part) ? part.count : 1;
        if (length < SLICE_LENGTH) continue;
      }
      if (slice.length > 0) yield slice;
      slice = [];
      length = 0;
      await setImmediate();
    }
    if (slice.length > 0) yield slice;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#onRelease();
    this.#cells = NOTHING;
    this.#pools = new Map();
    this.#preservedCells = new Map();
    this.#preservedPools = new Map();
  }

  #preservedPool(pool: string): Preserved {
    let preserved = this.#preservedPools.get(pool);
    if (preserved === undefined) {
      preserved = new Map();
      this.#preservedPools.set(pool, preserved);
    }
    return preserved;
  }

  /** Everything in order; undefined where a step of work without a part ends. */
  *#walk(): Generator<Part | undefined, void, void> {
    yield* this.#walkTable(this.#cells, () => this.#preservedCells, cellKey);
    const isTable = () => true;
    const preservedPools = () => this.#preservedPools as ReadonlyMap<string, unknown>;
    for (const [pool] of yield* valuesInOrder(this.#pools, preservedPools, isTable)) {
      this.#assertOpen();
      yield* this.#walkTable(
        this.#pools.get(pool) ?? NOTHING,
        () => this.#preservedPools.get(pool),
        (item) => itemKey(pool, item),
      );
    }
    this.#assertOpen();
  }

  *#walkTable(
    table: Table,
    // Looked up anew each time, because the first change of a pool may come while it is being walked.
    preserved: () => Preserved | undefined,
    keyOf: (name: string) => Key,
  ): Generator<Part | undefined, void, void> {
    const lines = new LineWalk(table.blocks, (line) => {
      this.#assertOpen();
      const value = preserved()?.get(line);
      return value ? [keyOf(line), value] : undefined;
    });
    for (const [name, value] of yield* valuesInOrder(table.unpacked, preserved, (kept) => kept.value)) {
      this.#assertOpen();
      yield* lines.before(name);
      yield [keyOf(name), value];
    }
    yield* lines.rest();
  }

  #assertOpen(): void {
    if (this.#released) throw new Error('The capture of the state was released while it was being read');
  }
}
