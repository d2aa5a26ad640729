import { setImmediate } from 'node:timers/promises';
import type { Entry } from './entry.ts';
import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';
import { LineWalk } from './line-walk.ts';
import { USUAL_PACKING } from './packing.ts';
import type { Part } from './part.ts';
import { entriesOf } from './part.ts';
import { Slice } from './slice.ts';
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

/** Never stored to. */
const NOTHING = new Table(null, USUAL_PACKING);

export interface StoreCaptureOptions {
  readonly cells: Table;
  readonly pools: ReadonlyMap<string, Table>;
  /** Number of keys. */
  readonly count: number;
  /** Entries of a slice. */
  readonly sliceLength: number;
  readonly onRelease: () => void;
}

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

  readonly #sliceLength: number;

  constructor({ cells, pools, count, sliceLength, onRelease }: StoreCaptureOptions) {
    this.#cells = cells;
    this.#pools = pools;
    this.count = count;
    this.#sliceLength = sliceLength;
    this.#onRelease = onRelease;
  }

  /** For the store: called before `key` changes, with the value that it still has, null for none. */
  preserve(key: Key, value: StateValue | null): void {
    const name = key.kind === 'cell' ? key.name : key.item;
    const preserved = key.kind === 'cell' ? this.#preservedCells : this.#preservedPool(key.pool);
    if (!preserved.has(name)) preserved.set(name, value);
  }

  *parts(): Generator<Part, void, void> {
    for (const parts of this.#walk()) yield* parts;
  }

  entries(): Generator<Entry, void, void> {
    return entriesOf(this.parts());
  }

  async *slices(): AsyncGenerator<readonly Part[], void, void> {
    for (const parts of this.#walk()) {
      if (parts.length > 0) yield parts;
      await setImmediate();
    }
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

  /** Everything in order, in steps of work, of which some have no parts. */
  *#walk(): Generator<readonly Part[], void, void> {
    this.#assertOpen();
    const slice = new Slice(this.#sliceLength);
    yield* this.#walkTable(this.#cells, { slice, preserved: () => this.#preservedCells, keyOf: cellKey });
    const preservedPools = () => this.#preservedPools as ReadonlyMap<string, unknown>;
    const pools = yield* this.#inSteps(
      valuesInOrder(this.#pools, preservedPools, () => true),
      slice,
    );
    for (let next = pools.take(); next !== undefined; next = pools.take()) {
      const [pool] = next;
      yield* this.#walkTable(this.#pools.get(pool) ?? NOTHING, {
        slice,
        // Looked up anew each time, because the first change of a pool may come while it is being walked.
        preserved: () => this.#preservedPools.get(pool),
        keyOf: (item) => itemKey(pool, item),
      });
    }
    yield slice.take();
  }

  *#walkTable(
    table: Table,
    { slice, preserved, keyOf }: { slice: Slice; preserved: () => Preserved | undefined; keyOf: (name: string) => Key },
  ): Generator<readonly Part[], void, void> {
    const lines = new LineWalk(table.blocks, (line) => {
      const value = preserved()?.get(line);
      return value ? [keyOf(line), value] : undefined;
    });
    const values = yield* this.#inSteps(
      valuesInOrder(table.unpacked, preserved, ({ value }) => value),
      slice,
    );
    for (let next = values.take(); next !== undefined; next = values.take()) {
      const [name, value] = next;
      while (!lines.takeBefore(name, slice)) yield* this.#step(slice);
      if (slice.isFull) yield* this.#step(slice);
      slice.add([keyOf(name), value]);
    }
    while (!lines.takeRest(slice)) yield* this.#step(slice);
    if (slice.isFull) yield* this.#step(slice);
  }

  *#inSteps<T>(steps: Generator<undefined, T, void>, slice: Slice): Generator<readonly Part[], T, void> {
    let step = steps.next();
    while (!step.done) {
      yield* this.#step(slice);
      step = steps.next();
    }
    return step.value;
  }

  *#step(slice: Slice): Generator<readonly Part[], void, void> {
    yield slice.take();
    this.#assertOpen();
  }

  #assertOpen(): void {
    if (this.#released) throw new Error('The capture of the state was released while it was being read');
  }
}
