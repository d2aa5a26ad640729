import type { Cut, Refused } from '../cut.ts';
import type { CsvDialect } from '../encodings/csv/dialect.ts';
import { isAt } from '../encodings/csv/dialect.ts';
import type { Decoder } from '../encodings/encoding.ts';
import { LineEndFinder, NEWLINE, RETURN } from './csv-line-end.ts';
import { parseSeparator, wrapDelimited } from './delimited.ts';
import type { Envelope, EnvelopeType, Splitter, SplitterOptions } from './envelope.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { REFUSED_BYTES, tooLong } from './record-limit.ts';

/** Like `delimited`, but separators within quotes are data. The first row may name the columns. */
export const delimitedCsvType: EnvelopeType = {
  name: 'delimited-csv',
  fields: ['Separator', 'Seperator', 'SkipHeader', 'SkipBlankLines'],
  parse: (fields, warnings) =>
    createDelimitedCsv({
      separator: parseSeparator(fields, warnings),
      skipHeader: fields.boolean('SkipHeader'),
      skipBlankLines: fields.boolean('SkipBlankLines'),
    }),
};

export interface DelimitedCsvOptions {
  /** When it is left out rows end with CRLF or, on input, with a newline or a return alone. */
  readonly separator?: string | undefined;
  /** Whether the first row is a header. @default true */
  readonly skipHeader?: boolean | undefined;
  /** @default true */
  readonly skipBlankLines?: boolean | undefined;
}

const DEFAULT_SEPARATOR = '\r\n';

export function createDelimitedCsv(options: DelimitedCsvOptions = {}): Envelope {
  const { separator, skipHeader = true, skipBlankLines = true } = options;
  const written = Buffer.from(separator ?? DEFAULT_SEPARATOR);
  const read = separator === undefined ? null : Buffer.from(separator);
  return {
    type: 'delimited-csv',
    pads: false,
    hasHeader: skipHeader,
    createSplitter: (splitting) => new CsvSplitter(splitting, { separator: read, skipHeader, skipBlankLines }),
    createJoiner: ({ encoder }) => ({
      preamble: skipHeader ? Buffer.concat([encoder.header!(), written]) : null,
      wrap: (records) => wrapDelimited(records, written),
    }),
    internal: () => ({
      separator: written.toString(),
      skip_header: skipHeader,
      skip_blank_lines: skipBlankLines,
    }),
  };
}

interface Rules {
  /** null: the first row tells. */
  readonly separator: Buffer | null;
  readonly skipHeader: boolean;
  readonly skipBlankLines: boolean;
}

class CsvSplitter implements Splitter {
  /** Taken for a newline until the first row tells. */
  #separator: Buffer;
  /** A return before the newline that ends a row is no part of it. */
  #dropsReturn: boolean;
  /** null when it is known what ends a row. */
  #lineEnd: LineEndFinder | null;
  readonly #skipsBlank: boolean;
  readonly #dialect: CsvDialect;
  readonly #decoder: Decoder;
  readonly #limit: number;
  readonly #held = new GrowingBytes();
  /** Source offset of the first byte held. */
  #base: number;
  #awaitsHeader: boolean;
  /** How far the row at hand has been looked through, and whether that was within quotes. */
  #scanned = 0;
  #isQuoted = false;
  /** The first quote of what is held that has not been passed, Infinity when there is none; -1: to be looked for. */
  #nextQuote = -1;
  /** True while the rest of a row that was refused as too long is passed over. */
  #isSkipping = false;
  /** The row was too long within quotes: one that is never closed, so that the next separator counts whatever is around it. */
  #ignoresQuotes = false;

  constructor(
    { base, atStart, recordLimit, decoder }: SplitterOptions,
    { separator, skipHeader, skipBlankLines }: Rules,
  ) {
    this.#separator = separator ?? Buffer.of(NEWLINE);
    this.#dropsReturn = this.#separator.length === 1 && this.#separator[0] === NEWLINE;
    this.#lineEnd = separator === null ? new LineEndFinder(decoder.dialect!) : null;
    this.#skipsBlank = skipBlankLines;
    this.#dialect = decoder.dialect!;
    this.#decoder = decoder;
    this.#limit = recordLimit;
    this.#base = base;
    this.#awaitsHeader = skipHeader && atStart;
  }

  push(chunk: Buffer): (Cut | Refused)[] {
    this.#held.add(chunk);
    return this.#split(false);
  }

  end(): (Cut | Refused)[] {
    const found = this.#split(true);
    const rest = this.#held.data;
    if (rest.length === 0 || this.#isSkipping) return found;
    if (this.#isQuoted) return [...found, refused(rest, 'a quote is not closed')];
    const rows = new Rows(rest, this.#base);
    this.#addRow(rows, 0, rest.length, rest.length);
    return [...found, ...rows.taken()];
  }

  #split(isLast: boolean): (Cut | Refused)[] {
    const { data } = this.#held;
    if (!this.#knowsLineEnd(data, isLast)) return [];
    const rows = new Rows(data, this.#base);
    this.#nextQuote = -1;
    let start = 0;
    for (;;) {
      const end = this.#findEnd(data, start, isLast);
      const length = (end === -1 ? data.length : end) - start;
      if (!this.#isSkipping && length > this.#limit + this.#slack) {
        rows.refuse(tooLong(data.subarray(start), this.#limit));
        this.#isSkipping = true;
        this.#ignoresQuotes = this.#isQuotedAt(data, start, start + this.#limit);
        if (this.#ignoresQuotes) {
          this.#isQuoted = false;
          this.#scanned = start + this.#limit;
          continue;
        }
      }
      if (end === -1) break;
      const next = end + this.#separator.length;
      if (!this.#isSkipping) this.#addRow(rows, start, end, next);
      this.#isSkipping = false;
      this.#ignoresQuotes = false;
      start = next;
      this.#scanned = start;
    }
    // Of a row that is passed over only what may be the beginning of something is of interest.
    const kept = this.#isSkipping ? Math.max(start, Math.min(this.#scanned, data.length) - this.#edge) : start;
    this.#scanned = Math.max(this.#scanned, kept) - kept;
    this.#held.keepFrom(kept);
    this.#base += kept;
    return rows.taken();
  }

  /** @returns false as long as the first row may end in one way or another */
  #knowsLineEnd(data: Buffer, isLast: boolean): boolean {
    if (this.#lineEnd === null) return true;
    // Not further than a row is looked at: else it would matter how the bytes come.
    const width = this.#limit + this.#slack;
    const isEnough = isLast || data.length > width;
    const found = this.#lineEnd.find(data.subarray(0, width), isEnough);
    if (found === null && !isEnough) return false;
    this.#lineEnd = null;
    if (found === RETURN) {
      this.#separator = Buffer.of(RETURN);
      this.#dropsReturn = false;
    }
    return true;
  }

  /** @returns where the row that begins at `start` ends, -1 when that is not to be seen yet */
  #findEnd(data: Buffer, start: number, isLast: boolean): number {
    const { quote } = this.#dialect;
    let at = Math.max(this.#scanned, start);
    if (this.#ignoresQuotes) {
      this.#scanned = Math.max(start, data.length - this.#separator.length + 1);
      return data.indexOf(this.#separator, at);
    }
    for (;;) {
      if (this.#isQuoted) {
        at = data.indexOf(quote, at);
        // Whether the quote is a doubled one tells what follows it.
        if (at === -1 || (!isLast && at + 2 * quote.length > data.length)) {
          this.#scanned = at === -1 ? Math.max(start, data.length - quote.length + 1) : at;
          return -1;
        }
        at += quote.length;
        if (isAt(data, at, quote)) at += quote.length;
        else this.#isQuoted = false;
        continue;
      }
      const end = data.indexOf(this.#separator, at);
      const mark = this.#findQuote(data, {
        start: this.#isSkipping ? Number.NEGATIVE_INFINITY : start,
        at,
        end: end === -1 ? data.length : end,
      });
      if (mark === -1) {
        this.#scanned = end === -1 ? this.#afterPlain(data, start, at) : end;
        return end;
      }
      this.#isQuoted = true;
      at = mark + quote.length;
      this.#scanned = at;
    }
  }

  /** How far text without quotes has been looked through: what may be the beginning of something comes again. */
  #afterPlain(data: Buffer, start: number, at: number): number {
    return Math.max(start, at, data.length - this.#edge);
  }

  /** Bytes that separators, and quotes with the delimiter before them, have at most, but for one. */
  get #edge(): number {
    const { quote, delimiter } = this.#dialect;
    return Math.max(this.#separator.length, quote.length + delimiter.length) - 1;
  }

  /** The first quote that opens a cell: one at the beginning of the row or behind a delimiter; -1 when there is none. */
  #findQuote(data: Buffer, { start, at, end }: { start: number; at: number; end: number }): number {
    const { delimiter } = this.#dialect;
    for (let mark = this.#quoteFrom(data, at); mark < end; mark = this.#quoteFrom(data, mark + 1)) {
      if (mark === start) return mark;
      if (mark - delimiter.length >= start && isAt(data, mark - delimiter.length, delimiter)) return mark;
    }
    return -1;
  }

  #quoteFrom(data: Buffer, at: number): number {
    if (this.#nextQuote < at) {
      const found = data.indexOf(this.#dialect.quote, at);
      this.#nextQuote = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#nextQuote;
  }

  /** Bytes behind the limit with which it is certain what is at the limit, however the bytes come. */
  get #slack(): number {
    return this.#edge + this.#separator.length + 2 * this.#dialect.quote.length;
  }

  /** Whether a place in a row is within quotes. */
  #isQuotedAt(data: Buffer, start: number, place: number): boolean {
    const { quote } = this.#dialect;
    this.#nextQuote = -1;
    let isQuoted = false;
    for (let at = start; at < place; at += quote.length) {
      const mark = isQuoted ? data.indexOf(quote, at) : this.#findQuote(data, { start, at, end: place });
      if (mark === -1 || mark >= place) return isQuoted;
      at = mark;
      if (isQuoted && isAt(data, mark + quote.length, quote)) at += quote.length;
      else isQuoted = !isQuoted;
    }
    return isQuoted;
  }

  #addRow(rows: Rows, start: number, end: number, next: number): void {
    const { data } = rows;
    const rowEnd = this.#dropsReturn && end > start && data[end - 1] === RETURN ? end - 1 : end;
    if (rowEnd === start && this.#skipsBlank) return;
    if (this.#awaitsHeader) {
      this.#awaitsHeader = false;
      this.#decoder.useHeader!(data.subarray(start, rowEnd));
    } else if (rowEnd - start > this.#limit) {
      rows.refuse(tooLong(data.subarray(start, rowEnd), this.#limit));
    } else {
      rows.add(start, rowEnd, next);
    }
  }
}

/** Rows found in one chunk: a cut for each series of them that nothing interrupts. */
class Rows {
  readonly data: Buffer;
  readonly #base: number;
  readonly #found: (Cut | Refused)[] = [];
  #starts: number[] = [];
  #ends: number[] = [];
  #next: number[] = [];

  constructor(data: Buffer, base: number) {
    this.data = data;
    this.#base = base;
  }

  add(start: number, end: number, next: number): void {
    this.#starts.push(start);
    this.#ends.push(end);
    this.#next.push(next);
  }

  refuse(refusal: Refused): void {
    this.#close();
    this.#found.push(refusal);
  }

  taken(): (Cut | Refused)[] {
    this.#close();
    return this.#found;
  }

  #close(): void {
    const count = this.#starts.length;
    if (count === 0) return;
    this.#starts.push(this.#next.at(-1)!);
    const starts = Uint32Array.from(this.#starts);
    const ends = Uint32Array.from(this.#ends);
    const next = Uint32Array.from(this.#next);
    this.#found.push({ kind: 'cut', data: this.data, count, starts, ends, next, base: this.#base });
    this.#starts = [];
    this.#ends = [];
    this.#next = [];
  }
}

function refused(record: Buffer, reason: string): Refused {
  return { kind: 'refused', record: Buffer.from(record.subarray(0, REFUSED_BYTES)), reason };
}
