import type { CsvDialect } from './dialect.ts';
import { isAt } from './dialect.ts';

/** A cell without quotes, one with quotes around it, and one that has doubled quotes in it too. */
export const PLAIN = 0;
export const QUOTED = 1;
export const DOUBLED = 2;

/** The cells of one row of CSV; one object serves for all rows of a stream. */
export class CsvRow {
  readonly #dialect: CsvDialect;
  #count = 0;
  #data: Buffer = Buffer.alloc(0);
  #starts = new Uint32Array(16);
  #ends = new Uint32Array(16);
  #kinds = new Uint8Array(16);

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
  }

  get count(): number {
    return this.#count;
  }

  start(index: number): number {
    return this.#starts[index]!;
  }

  end(index: number): number {
    return this.#ends[index]!;
  }

  /** PLAIN, QUOTED or DOUBLED. */
  kind(index: number): number {
    return this.#kinds[index]!;
  }

  /** The text of a cell, its quotes taken away. */
  text(index: number): string {
    const text = this.#data.toString('utf8', this.#starts[index], this.#ends[index]);
    if (this.#kinds[index] !== DOUBLED) return text;
    const quote = this.#dialect.quote.toString();
    return text.replaceAll(quote + quote, quote);
  }

  /** @returns what is wrong with the row, null when nothing is */
  split(data: Buffer, start: number, end: number): string | null {
    const { quote, delimiter } = this.#dialect;
    this.#data = data;
    this.#count = 0;
    for (let at = start; ; at += delimiter.length) {
      if (isAt(data, at, quote) && at + quote.length <= end) {
        at = this.#quoted(data, at, end);
        if (at === -1) return 'a quote is not closed';
        if (at === end) return null;
        if (!isAt(data, at, delimiter) || at + delimiter.length > end) return 'text follows a closing quote';
      } else {
        const from = at;
        while (at < end && !isAt(data, at, delimiter)) at += 1;
        // A delimiter of several bytes may seem to begin within the row and end beyond it.
        if (at + delimiter.length > end) at = end;
        this.#add(from, at, PLAIN);
        if (at === end) return null;
      }
    }
  }

  /** @returns where the cell ends, behind its quote */
  #quoted(data: Buffer, start: number, end: number): number {
    const { quote } = this.#dialect;
    const width = quote.length;
    let kind = QUOTED;
    for (let at = start + width; at + width <= end; ) {
      if (!isAt(data, at, quote)) {
        at += 1;
      } else if (at + 2 * width <= end && isAt(data, at + width, quote)) {
        kind = DOUBLED;
        at += 2 * width;
      } else {
        this.#add(start + width, at, kind);
        return at + width;
      }
    }
    return -1;
  }

  #add(start: number, end: number, kind: number): void {
    if (this.#count === this.#starts.length) {
      this.#starts = grown(this.#starts, Uint32Array);
      this.#ends = grown(this.#ends, Uint32Array);
      this.#kinds = grown(this.#kinds, Uint8Array);
    }
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#kinds[this.#count] = kind;
    this.#count += 1;
  }
}

function grown<T extends Uint8Array | Uint32Array>(old: T, Type: new (length: number) => T): T {
  const larger = new Type(old.length * 2);
  larger.set(old);
  return larger;
}
