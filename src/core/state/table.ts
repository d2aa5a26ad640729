import { Block, blockOf } from './block.ts';
import { Column } from './column.ts';
import type { FreshLine } from './merge-lines.ts';
import { packableLine } from './packable-line.ts';
import type { PackedLines } from './packed-lines.ts';
import type { Packable, PackingSizes } from './packing.ts';
import { packInSteps } from './packing.ts';
import type { Stored } from './stored.ts';
import type { StateValue } from './value.ts';

/** What is known about a key. */
interface Kept {
  readonly value: StateValue;
  readonly version: number;
  /** Milliseconds since the table was made: small enough for a number that is no object. */
  readonly age: number;
  readonly restored: boolean;
  /** It cannot be a line. */
  isUnpackable: boolean;
}

/**
 * The cells, or the items of one pool: in a map those that were stored last, in lines those that came with a restore, and those of a large table that
 * have not been stored for a while.
 */
export class Table implements Packable<Kept> {
  /** Null for the cells. */
  readonly pool: string | null;
  readonly #sizes: PackingSizes;
  readonly #map = new Map<string, Kept>();
  #since = 0;
  /** In order. Replaced, not changed, so that who goes through it may keep it. */
  #blocks: Block[] = [];
  #packedCount = 0;
  #packing: Iterator<undefined, void, void> | null = null;
  /** Packing begins when so many keys are unpacked. */
  #packsAt: number;
  #storesUntilStep = 0;

  constructor(pool: string | null, sizes: PackingSizes) {
    this.pool = pool;
    this.#sizes = sizes;
    this.#packsAt = sizes.fewest;
  }

  get size(): number {
    return this.#map.size + this.#packedCount;
  }

  /** Those that are not in {@link blocks}, in no order. */
  get unpacked(): ReadonlyMap<string, Kept> {
    return this.#map;
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  get(name: string): Stored | undefined {
    const kept = this.#map.get(name);
    if (kept !== undefined) {
      const { value, version, age, restored } = kept;
      return { value, version, updatedAt: this.#since + age, restored };
    }
    const block = this.#blockOf(name);
    const index = block?.find(name) ?? -1;
    return index < 0 ? undefined : block?.stored(index);
  }

  set(name: string, { value, version, updatedAt, restored }: Stored): void {
    if (this.#packedCount > 0 && !this.#map.has(name)) this.#takeOut(name);
    if (this.#map.size === 0) this.#since = updatedAt;
    this.#map.set(name, { value, version, age: updatedAt - this.#since, restored, isUnpackable: false });
  }

  delete(name: string): void {
    if (!this.#map.delete(name)) this.#takeOut(name);
  }

  /** Adds lines whose names are not there yet and come behind those of the blocks before. */
  addLines(lines: PackedLines, { version, updatedAt, restored }: Omit<Stored, 'value'>): void {
    const stamps = {
      versions: new Column([version]),
      times: new Column([updatedAt]),
      restored: new Column([restored ? 1 : 0]),
    };
    this.#blocks.push(new Block(lines, stamps));
    this.#packedCount += lines.count;
  }

  /** To be called after each store, except while somebody goes through the table: packs little by little what has become much. */
  packOn(): void {
    if (this.#packing === null) {
      if (this.#map.size < this.#packsAt) return;
      this.#packing = packInSteps(this, this.#sizes);
      this.#storesUntilStep = this.#sizes.storesPerStep;
    }
    if (--this.#storesUntilStep > 0) return;
    this.#storesUntilStep = this.#sizes.storesPerStep;
    if (this.#packing.next().done !== true) return;
    this.#packing = null;
    this.#packsAt = this.#map.size + Math.max(this.#sizes.fewest, Math.ceil(this.size / 8));
  }

  mayPack({ isUnpackable }: Kept): boolean {
    return !isUnpackable;
  }

  toLine(name: string, kept: Kept): FreshLine | null {
    const text = packableLine(this.pool, name, kept.value);
    const { version, age, restored } = kept;
    if (text !== null) return { name, text, version, updatedAt: this.#since + age, restored };
    kept.isUnpackable = true;
    return null;
  }

  replace(at: number, blocks: readonly Block[], packed: readonly FreshLine[]): void {
    const before = this.#blocks[at]?.liveCount ?? 0;
    this.#blocks = this.#blocks.toSpliced(at, 1, ...blocks);
    this.#packedCount += blocks.reduce((sum, { liveCount }) => sum + liveCount, -before);
    for (const { name } of packed) this.#map.delete(name);
  }

  /** All names, sorted. */
  names(): string[] {
    const names = [...this.#map.keys()];
    for (const { lines, live } of this.#blocks) {
      for (let at = live.indexOf(1); at >= 0; at = live.indexOf(1, at + 1)) names.push(lines.name(at));
    }
    return names.sort();
  }

  #takeOut(name: string): void {
    const block = this.#blockOf(name);
    const index = block?.find(name) ?? -1;
    if (block === undefined || index < 0) return;
    block.kill(index);
    this.#packedCount--;
    // A block without anything to tell gives its memory back.
    if (block.liveCount === 0) this.#blocks = this.#blocks.filter((other) => other !== block);
  }

  #blockOf(name: string): Block | undefined {
    return this.#packedCount === 0 ? undefined : this.#blocks[blockOf(this.#blocks, name)];
  }
}
