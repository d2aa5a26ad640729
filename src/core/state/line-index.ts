import { HASH_START, hashEnd, hashOn } from '../../util/name-hash.ts';
import type { PackedLines } from './packed-lines.ts';

/** A line's number and 16 bits of the hash of its name share a slot. */
const MOST_LINES = 0xffff;

/** Finds a line by its name with a look at one line or none, where halving would look at a dozen that are far apart in memory. */
export class LineIndex {
  readonly #lines: PackedLines;
  /** 0 where nothing is, else 16 bits of the hash and the line's number from 1 on. At most four fifths full. */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  constructor(lines: PackedLines) {
    const { count } = lines;
    if (count > MOST_LINES) throw new RangeError(`An index holds at most ${MOST_LINES} lines, not ${count}`);
    this.#lines = lines;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(1 + 1.25 * count)));
    this.#mask = this.#slots.length - 1;
    for (let line = 0; line < count; line++) {
      const hash = lines.hashName(line);
      let slot = hash & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = ((hash & 0xffff0000) | (line + 1)) >>> 0;
    }
  }

  /** -1 if there is no such line. */
  find(name: string): number {
    const hash = hashText(name);
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const found = this.#slots[slot] as number;
      if (found === 0) return -1;
      const line = (found & 0xffff) - 1;
      if (((found ^ hash) & 0xffff0000) === 0 && this.#lines.compareName(line, name) === 0) return line;
    }
  }
}

/** As `PackedLines.hashName` does it. */
function hashText(text: string): number {
  let hash = HASH_START;
  for (let at = 0; at < text.length; at++) hash = hashOn(hash, text.charCodeAt(at));
  return hashEnd(hash);
}
