import type { Block } from './block.ts';
import type { Entry } from './entry.ts';
import type { PackedLines } from './packed-lines.ts';
import type { Slice } from './slice.ts';

/** Lines at a time: some tenths of a millisecond of work for whoever writes them. */
const LINES_PER_STEP = 1_024;

/**
 * Goes once through blocks of lines, and has those that are live as they are. One that is no longer live may have left since the names of the preserved values were
 * collected: `find` has its entry then.
 */
export class LineWalk {
  readonly #blocks: readonly Block[];
  readonly #find: (name: string) => Entry | undefined;
  #block = 0;
  #line = 0;

  constructor(blocks: readonly Block[], find: (name: string) => Entry | undefined) {
    this.#blocks = blocks;
    this.#find = find;
  }

  /**
   * Takes all lines before `name`; one of that very name is left out, because whoever has the name has the value.
   * @returns false when the slice was full before: then it is to be asked again with another one
   */
  takeBefore(name: string, slice: Slice): boolean {
    for (; this.#block < this.#blocks.length; this.#block++, this.#line = 0) {
      const { lines } = this.#blocks[this.#block] as Block;
      const end = lines.firstNotBefore(name, this.#line);
      if (!this.#takeUpTo(end, slice)) return false;
      if (end < lines.count) {
        if (lines.compareName(end, name) === 0) this.#line = end + 1;
        break;
      }
    }
    return true;
  }

  /** The same with all lines that are left. */
  takeRest(slice: Slice): boolean {
    for (; this.#block < this.#blocks.length; this.#block++, this.#line = 0) {
      if (!this.#takeUpTo((this.#blocks[this.#block] as Block).lines.count, slice)) return false;
    }
    return true;
  }

  #takeUpTo(end: number, slice: Slice): boolean {
    const { lines, live } = this.#blocks[this.#block] as Block;
    while (this.#line < end) {
      if (slice.isFull) return false;
      const from = this.#line;
      if (live[from] === 1) {
        slice.add(this.#run(lines, live, from, Math.min(end, from + LINES_PER_STEP)));
      } else {
        this.#line++;
        const entry = this.#find(lines.name(from));
        if (entry === undefined) slice.worked();
        else slice.add(entry);
      }
    }
    return true;
  }

  #run(lines: PackedLines, live: Uint8Array, from: number, end: number): PackedLines {
    const gap = live.indexOf(0, from);
    this.#line = gap < 0 || gap > end ? end : gap;
    return lines.slice(from, this.#line);
  }
}
