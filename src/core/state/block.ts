import type { Column } from './column.ts';
import { LineIndex } from './line-index.ts';
import type { PackedLines } from './packed-lines.ts';
import type { Stored } from './stored.ts';

/** What is known of each line of a block, in the order of the lines. */
export interface Stamps {
  readonly versions: Column;
  /** Milliseconds since 1970. */
  readonly times: Column;
  /** 1 when the value came from a restore and has not been stored since. */
  readonly restored: Column;
}

/** Lines of a table, and which of them still say what their keys have. */
export class Block {
  readonly lines: PackedLines;
  readonly stamps: Stamps;
  /** 1 until the key is stored or deleted. */
  readonly live: Uint8Array;
  #liveCount: number;
  /** Made when a name is looked for. */
  #index: LineIndex | null = null;

  constructor(lines: PackedLines, stamps: Stamps) {
    this.lines = lines;
    this.stamps = stamps;
    this.live = new Uint8Array(lines.count).fill(1);
    this.#liveCount = lines.count;
  }

  get liveCount(): number {
    return this.#liveCount;
  }

  /** What a live line says. */
  stored(index: number): Stored {
    const [, value] = this.lines.entry(index);
    const { versions, times, restored } = this.stamps;
    return { value, version: versions.at(index), updatedAt: times.at(index), restored: restored.at(index) === 1 };
  }

  /** The live line of that name, -1 if there is none. */
  find(name: string): number {
    this.#index ??= new LineIndex(this.lines);
    const line = this.#index.find(name);
    return this.live[line] === 1 ? line : -1;
  }

  /** A live line no longer says what its key has. */
  kill(index: number): void {
    this.live[index] = 0;
    this.#liveCount--;
  }
}

/** The last of `blocks`, which are in order, that does not begin behind `name`; -1 when all do. */
export function blockOf(blocks: readonly Block[], name: string): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle] as Block).lines.compareName(0, name) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
