import type { Block } from './block.ts';
import type { Entry } from './entry.ts';
import type { PackedLines } from './packed-lines.ts';
import type { Part } from './part.ts';

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

  /** All lines before `name`; one of that very name is left out, because whoever has the name has the value. */
  *before(name: string): Generator<Part, void, void> {
    for (; this.#block < this.#blocks.length; this.#block++, this.#line = 0) {
      const { lines } = this.#blocks[this.#block] as Block;
      const end = lines.firstNotBefore(name, this.#line);
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
