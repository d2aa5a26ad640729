import { setImmediate } from 'node:timers/promises';
import { sortInSteps } from '../../util/sort-in-steps.ts';
import type { Entry } from './entry.ts';
import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';
import type { PackedLines } from './packed-lines.ts';
import type { Part } from './part.ts';
import { entriesOf, isPacked } from './part.ts';
import type { Block } from './table.ts';
import { Table } from './table.ts';
import type { StateValue } from './value.ts';

/** A frozen view of a state store, see `StateStore.capture`. May be read several times until it is released. */
export interface Capture {
  /** Number of keys. */
  readonly count: number;
  /** All entries in the order of `compareKeys`, in one go. For a large state use {@link slices}. */
  entries(): Iterable<Entry>;
  /** The same in small slices; the event loop turns after each, and also while names are being sorted. */
  slices(): AsyncIterable<readonly Part[]>;
  /** Ends the view and its cost. May be called twice. */
  release(): void;
}

/** Entries per slice, lines at a time, and names looked at per step: about a millisecond of work. */
const SLICE_LENGTH = 256;
const LINES_PER_STEP = 1_024;
const NAMES_PER_STEP = 8_192;

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

  *entries(): Generator<Entry, void, void> {
    for (const part of this.#walk()) {
      if (part !== undefined) yield* entriesOf([part]);
    }
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
    this.#cells = new Table();
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
    for (const pool of yield* sortedNames(this.#pools, () => this.#preservedPools)) {
      this.#assertOpen();
      yield* this.#walkTable(
        this.#pools.get(pool) ?? new Table(),
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
    for (const name of yield* sortedNames(table.unpacked, preserved)) {
      this.#assertOpen();
      yield* lines.before(name);
      const kept = preserved()?.get(name);
      const value = kept === undefined ? table.unpacked.get(name)?.value : kept;
      if (value) yield [keyOf(name), value];
    }
    yield* lines.rest();
  }

  #assertOpen(): void {
    if (this.#released) throw new Error('The capture of the state was released while it was being read');
  }
}

/**
 * Goes once through blocks of lines, and has those that are live as they are. One that is no longer live may have left since the names of the preserved values were
 * collected: `find` has its entry then.
 */
class LineWalk {
  readonly #blocks: readonly Block[];
  readonly #find: (name: string) => Entry | undefined;
  #block = 0;
  #line = 0;

  constructor(blocks: readonly Block[], find: (name: string) => Entry | undefined) {
    this.#blocks = blocks;
    this.#find = find;
  }

  /** All lines before `name`; one of that very name is left out, because whoever has the name has the value. */
  *before(name: string): Generator<Part, void, void> {
    for (; this.#block < this.#blocks.length; this.#block++, this.#line = 0) {
      const { lines } = this.#blocks[this.#block] as Block;
      const end = lines.firstNotBefore(name);
      yield* this.#upTo(end);
      if (end < lines.count) {
        if (lines.compareName(end, name) === 0) this.#line = end + 1;
        return;
      }
    }
  }

  *rest(): Generator<Part, void, void> {
    for (; this.#block < this.#blocks.length; this.#block++, this.#line = 0) {
      yield* this.#upTo((this.#blocks[this.#block] as Block).lines.count);
    }
  }

  *#upTo(end: number): Generator<Part, void, void> {
    const { lines, live } = this.#blocks[this.#block] as Block;
    while (this.#line < end) {
      const from = this.#line;
      if (live[from] === 1) {
        yield this.#run(lines, live, from, Math.min(end, from + LINES_PER_STEP));
      } else {
        this.#line++;
        const entry = this.#find(lines.name(from));
        if (entry !== undefined) yield entry;
      }
    }
  }

  #run(lines: PackedLines, live: Uint8Array, from: number, end: number): PackedLines {
    const gap = live.indexOf(0, from);
    this.#line = gap < 0 || gap > end ? end : gap;
    return lines.slice(from, this.#line);
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
