import { HASH_START, hashEnd, hashOn } from '../../util/name-hash.ts';
import type { Entry } from './entry.ts';
import { entryOfLine } from './entry-line.ts';
import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';

/**
 * Entries of one pool (or cells) in order, as the very lines that a snapshot has of them. They cost no objects, which the garbage collection
 * would have to look at, and are written as they are; an entry is made when somebody asks for it. Never changes.
 *
 * The lines are spelled as `encodeSnapshot` spells them, and their names need no escape.
 */
export class PackedLines {
  /** Null for cells. */
  readonly pool: string | null;
  readonly #bytes: Buffer;
  /** Where each line begins, and where the last one ends. */
  readonly #starts: Uint32Array;
  /** Where the name is in a line. */
  readonly #nameAt: number;

  constructor(pool: string | null, bytes: Buffer, starts: Uint32Array) {
    this.pool = pool;
    this.#bytes = bytes;
    this.#starts = starts;
    this.#nameAt = beforeName(pool).length;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** All lines, each with its newline. */
  get bytes(): Buffer {
    return this.#bytes.subarray(this.#starts[0], this.#starts[this.count]);
  }

  /** Where line `index` begins within {@link bytes}; for {@link count}, where the last one ends. */
  offset(index: number): number {
    return (this.#starts[index] as number) - (this.#starts[0] as number);
  }

  name(index: number): string {
    const start = (this.#starts[index] as number) + this.#nameAt;
    return this.#bytes.toString('latin1', start, this.#bytes.indexOf(QUOTE, start));
  }

  /** The hash of `util/name-hash.ts` of the name. */
  hashName(index: number): number {
    let hash = HASH_START;
    for (let at = (this.#starts[index] as number) + this.#nameAt; ; at++) {
      const byte = this.#bytes[at] as number;
      if (byte === QUOTE) return hashEnd(hash);
      hash = hashOn(hash, byte);
    }
  }

  key(index: number): Key {
    return this.pool === null ? cellKey(this.name(index)) : itemKey(this.pool, this.name(index));
  }

  entry(index: number): Entry {
    return entryOfLine(this.#bytes, this.#starts[index] as number, (this.#starts[index + 1] as number) - 1);
  }

  /** The first line, of those from `from` on, whose name is not before `name`; `count` if there is none. Quick when it is near. */
  firstNotBefore(name: string, from = 0): number {
    let low = from;
    let reach = 1;
    while (low + reach < this.count && this.compareName(low + reach, name) < 0) {
      low += reach + 1;
      reach *= 2;
    }
    let high = Math.min(low + reach, this.count);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compareName(middle, name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below 0 when the line's name comes before `name`, 0 when it is the same. */
  compareName(index: number, name: string): number {
    const start = (this.#starts[index] as number) + this.#nameAt;
    for (let at = 0; at < name.length; at++) {
      const byte = this.#bytes[start + at] as number;
      // The text ends here, which is before any longer one.
      if (byte === QUOTE) return -1;
      const difference = byte - name.charCodeAt(at);
      if (difference !== 0) return difference;
    }
    return this.#bytes[start + name.length] === QUOTE ? 0 : 1;
  }

  /** The lines from `from` up to, not including, `to`; they share the memory of these. */
  slice(from: number, to: number): PackedLines {
    return new PackedLines(this.pool, this.#bytes, this.#starts.subarray(from, to + 1));
  }
}

const QUOTE = 0x22;

/** How the lines of `pool`, or of the cells, begin. */
export function beforeName(pool: string | null): string {
  return pool === null ? '{"cell":"' : `{"pool":"${pool}","item":"`;
}
