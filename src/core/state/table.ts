import type { PackedLines } from './packed-lines.ts';
import type { StateValue } from './value.ts';

/** What the store knows about a key. Never changed in place: every store makes a new one. */
export interface Stored {
  readonly value: StateValue;
  /** Number of stores of this key; it goes on from a higher number when the key was deleted in between. Never 0. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  /** The value came from a restore and has not been stored since. */
  readonly restored: boolean;
}

/** The same in one object instead of three, of which there may be millions. */
interface Kept extends StateValue {
  readonly version: number;
  /** Milliseconds since the table was made: small enough for a number that is no object. */
  readonly age: number;
  readonly restored: boolean;
}

/** Lines that came with a restore, and which of them still say what their keys have. */
export interface Block {
  readonly lines: PackedLines;
  /** 1 until the key is stored or deleted. */
  readonly live: Uint8Array;
  /** What is known of all of them. */
  readonly common: Omit<Stored, 'value'>;
}

/** The cells, or the items of one pool: in a map, or still in the lines that they were restored from. */
export class Table {
  readonly #map = new Map<string, Kept>();
  #since = 0;
  /** In order. Replaced, not changed, so that who goes through it may keep it. */
  #blocks: Block[] = [];
  #packedCount = 0;

  get size(): number {
    return this.#map.size + this.#packedCount;
  }

  /** Those that are not in {@link blocks}, in no order. */
  get unpacked(): ReadonlyMap<string, StateValue> {
    return this.#map;
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  get(name: string): Stored | undefined {
    const kept = this.#map.get(name);
    if (kept !== undefined) {
      const { json, native, version, age, restored } = kept;
      return { value: { json, native }, version, updatedAt: this.#since + age, restored };
    }
    const place = this.#packedCount === 0 ? undefined : this.#find(name);
    if (place === undefined) return undefined;
    const { block, index } = place;
    const [, value] = block.lines.entry(index);
    return { value, ...block.common };
  }

  set(name: string, { value: { json, native }, version, updatedAt, restored }: Stored): void {
    if (this.#packedCount > 0 && !this.#map.has(name)) this.#takeOut(name);
    if (this.#map.size === 0) this.#since = updatedAt;
    this.#map.set(name, { json, native, version, age: updatedAt - this.#since, restored });
  }

  delete(name: string): void {
    if (!this.#map.delete(name)) this.#takeOut(name);
  }

  /** Adds lines whose names are not there yet and come behind those of the blocks before. */
  addLines(lines: PackedLines, common: Omit<Stored, 'value'>): void {
    this.#blocks.push({ lines, live: new Uint8Array(lines.count).fill(1), common });
    this.#packedCount += lines.count;
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
    const place = this.#find(name);
    if (place === undefined) return;
    const { block, index } = place;
    block.live[index] = 0;
    this.#packedCount--;
    // A block without anything to tell gives its memory back.
    if (!block.live.includes(1)) this.#blocks = this.#blocks.filter((other) => other !== block);
  }

  #find(name: string): { readonly block: Block; readonly index: number } | undefined {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle] as Block).lines.compareName(0, name) <= 0) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low - 1];
    if (block === undefined) return undefined;
    const index = block.lines.firstNotBefore(name);
    const isThere = index < block.lines.count && block.lines.compareName(index, name) === 0 && block.live[index] === 1;
    return isThere ? { block, index } : undefined;
  }
}
