import { setImmediate } from 'node:timers/promises';
import { sortInSteps } from '../../util/sort-in-steps.ts';
import type { Entry } from './entry.ts';
import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';
import type { Stored } from './store.ts';
import type { StateValue } from './value.ts';

/** A frozen view of a state store, see `StateStore.capture`. May be read several times until it is released. */
export interface Capture {
  /** Number of keys. */
  readonly count: number;
  /** All entries in the order of `compareKeys`, in one go. For a large state use {@link slices}. */
  entries(): Iterable<Entry>;
  /** The same in small parts; the event loop turns after each, and also while names are being sorted. */
  slices(): AsyncIterable<readonly Entry[]>;
  /** Ends the view and its cost. May be called twice. */
  release(): void;
}

/** Entries per slice, and names looked at per step: about a millisecond of work. */
const SLICE_LENGTH = 256;
const NAMES_PER_STEP = 8_192;

/** Values of before the first change since the capture; null for a key that did not exist. */
type Preserved = Map<string, StateValue | null>;

/**
 * Shares the store's own maps. The rule that makes this right: a key whose value has changed since the capture
 * is in the preserved values; a key that is not there has never left the map it was in at that moment.
 */
export class StoreCapture implements Capture {
  readonly count: number;
  #cells: ReadonlyMap<string, Stored>;
  #pools: ReadonlyMap<string, ReadonlyMap<string, Stored>>;
  #preservedCells: Preserved = new Map();
  #preservedPools = new Map<string, Preserved>();
  #released = false;
  readonly #onRelease: () => void;

  constructor(
    cells: ReadonlyMap<string, Stored>,
    pools: ReadonlyMap<string, ReadonlyMap<string, Stored>>,
    count: number,
    onRelease: () => void,
  ) {
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

  *entries(): Generator<Entry, void, void> {
    for (const entry of this.#walk()) {
      if (entry !== undefined) yield entry;
    }
  }

  async *slices(): AsyncGenerator<readonly Entry[], void, void> {
    let slice: Entry[] = [];
    for (const entry of this.#walk()) {
      if (entry !== undefined) slice.push(entry);
      if (entry !== undefined && slice.length < SLICE_LENGTH) continue;
      if (slice.length > 0) yield slice;
      slice = [];
      await setImmediate();
    }
    if (slice.length > 0) yield slice;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#onRelease();
    this.#cells = new Map();
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

  /** Entries in order; undefined where a step of work without an entry ends. */
  *#walk(): Generator<Entry | undefined, void, void> {
    yield* this.#walkTable(this.#cells, () => this.#preservedCells, cellKey);
    for (const pool of yield* sortedNames(this.#pools, () => this.#preservedPools)) {
      this.#assertOpen();
      yield* this.#walkTable(
        this.#pools.get(pool) ?? new Map<string, Stored>(),
        () => this.#preservedPools.get(pool),
        (item) => itemKey(pool, item),
      );
    }
    this.#assertOpen();
  }

  *#walkTable(
    live: ReadonlyMap<string, Stored>,
    // Looked up anew each time, because the first change of a pool may come while it is being walked.
    preserved: () => Preserved | undefined,
    keyOf: (name: string) => Key,
  ): Generator<Entry | undefined, void, void> {
    for (const name of yield* sortedNames(live, preserved)) {
      this.#assertOpen();
      const kept = preserved()?.get(name);
      const value = kept === undefined ? live.get(name)?.value : kept;
      if (value) yield [keyOf(name), value];
    }
  }

  #assertOpen(): void {
    if (this.#released) throw new Error('The capture of the state was released while it was being read');
  }
}

/**
 * The names of both tables, sorted, each once. The tables may change between the steps. Still all names of the time of the
 * capture are found, because one that leaves `live` before it was looked at enters `preserved`, which is read last.
 */
function* sortedNames(
  live: ReadonlyMap<string, unknown>,
  preserved: () => ReadonlyMap<string, unknown> | undefined,
): Generator<undefined, Iterable<string>, void> {
  const names: string[] = [];
  yield* collect(live, names);
  yield* collect(preserved() ?? new Map<string, unknown>(), names);
  return distinct(yield* sortInSteps(names));
}

/** Names that come while it works are left out: a table that grows must not keep this going. */
function* collect(table: ReadonlyMap<string, unknown>, names: string[]): Generator<undefined, void, void> {
  let left = table.size;
  for (const name of table.keys()) {
    if (left === 0) return;
    left--;
    names.push(name);
    if (names.length % NAMES_PER_STEP === 0) yield;
  }
}

function* distinct(sorted: Iterable<string>): Generator<string, void, void> {
  let previous: string | undefined;
  for (const name of sorted) {
    if (name !== previous) yield name;
    previous = name;
  }
}
