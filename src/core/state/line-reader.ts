import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';

/** Steps through a line of a snapshot. */
export class LineReader {
  at: number;
  readonly #bytes: Buffer;
  readonly #end: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  /** Steps over `token` if it comes next. */
  skip(token: Buffer): boolean {
    if (this.at + token.length > this.#end) return false;
    for (let index = 0; index < token.length; index++) {
      if (this.#bytes[this.at + index] !== token[index]) return false;
    }
    this.at += token.length;
    return true;
  }

  readString(): string {
    const start = this.at;
    if (start >= this.#end || this.#bytes[start] !== QUOTE) throw new SyntaxError('a name is not a string');
    let plain = true;
    for (let at = start + 1; at < this.#end; at++) {
      const byte = this.#bytes[at] as number;
      if (byte === QUOTE) {
        this.at = at + 1;
        return plain
          ? this.#bytes.toString('latin1', start + 1, at)
          : parseString(this.#bytes.toString('latin1', start, at + 1));
      }
      if (byte < 0x20) throw new SyntaxError('a name has a control character');
      if (byte === BACKSLASH) {
        plain = false;
        at++;
      }
    }
    throw new SyntaxError('a name has no end');
  }

  readKey(): Key {
    if (this.skip(CELL_FIELD)) return cellKey(this.readString());
    if (!this.skip(POOL_FIELD)) throw new SyntaxError('it is neither a cell nor an item of a pool');
    const pool = this.readString();
    if (!this.skip(ITEM_FIELD)) throw new SyntaxError('it has a pool but no item');
    return itemKey(pool, this.readString());
  }

  /** Steps over the name of the value's field if it comes next. */
  skipValueField(): boolean {
    return this.skip(VALUE_FIELD);
  }

  /** The text between here and the brace that ends the line. */
  readValue(): string {
    const start = this.at;
    this.at = Math.max(start, this.#end - 1);
    // Its own string, not a slice of a longer one, which would keep the whole line in memory.
    return this.#bytes.toString('latin1', start, this.at);
  }

  /** Steps over the next quote and says where it was. */
  skipToQuote(): number {
    const quote = this.#bytes.indexOf(QUOTE, this.at);
    if (quote < 0 || quote >= this.#end) throw new SyntaxError('a native value has no end');
    this.at = quote + 1;
    return quote;
  }
}

const CELL_FIELD = Buffer.from('{"cell":');
const POOL_FIELD = Buffer.from('{"pool":');
const ITEM_FIELD = Buffer.from(',"item":');
const VALUE_FIELD = Buffer.from(',"value":');

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function parseString(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new SyntaxError('a name is not a proper string');
  }
}
