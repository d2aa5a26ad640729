import type { CsvDialect } from '../encodings/csv/dialect.ts';
import { isAt } from '../encodings/csv/dialect.ts';

export const NEWLINE = 10;
export const RETURN = 13;

/**
 * Finds out whether rows end with a newline, with or without a return before it, or with a return alone, as old
 * spreadsheets write them. The first of them tells that is not within quotes.
 */
export class LineEndFinder {
  readonly #dialect: CsvDialect;
  /** How far the first row has been looked through. */
  #at = 0;
  #isQuoted = false;
  #beginsCell = true;

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
  }

  /** @param data all that has come. @returns null when that does not tell yet */
  find(data: Buffer, isLast: boolean): typeof NEWLINE | typeof RETURN | null {
    const { quote, delimiter } = this.#dialect;
    while (this.#at < data.length) {
      const at = this.#at;
      const opens = this.#isQuoted || this.#beginsCell ? seen(data, at, quote) : false;
      const parts = this.#isQuoted ? false : seen(data, at, delimiter);
      const isDoubled = this.#isQuoted && opens === true ? seen(data, at + quote.length, quote) : false;
      const isAfterReturn = data[at] === RETURN && !this.#isQuoted ? seen(data, at + 1, LINE_FEED) : false;
      if (!isLast && [opens, parts, isDoubled, isAfterReturn].includes(null)) return null;
      if (this.#isQuoted) this.#passQuoted(opens === true, isDoubled === true);
      else if (opens === true) this.#pass(quote.length, { isQuoted: true });
      else if (parts === true) this.#pass(delimiter.length, { beginsCell: true });
      else if (data[at] === NEWLINE) return NEWLINE;
      else if (data[at] === RETURN) return isAfterReturn === true ? NEWLINE : RETURN;
      else this.#pass(1, {});
    }
    return null;
  }

  #passQuoted(isQuote: boolean, isDoubled: boolean): void {
    const { length } = this.#dialect.quote;
    if (!isQuote) this.#pass(1, { isQuoted: true });
    else if (isDoubled) this.#pass(2 * length, { isQuoted: true });
    else this.#pass(length, {});
  }

  #pass(bytes: number, { isQuoted = false, beginsCell = false }): void {
    this.#at += bytes;
    this.#isQuoted = isQuoted;
    this.#beginsCell = beginsCell;
  }
}

const LINE_FEED = Buffer.of(NEWLINE);

/** Whether a text is at a place; null when the data end before that can be seen. */
function seen(data: Buffer, at: number, text: Buffer): boolean | null {
  if (at + text.length <= data.length) return isAt(data, at, text);
  return text.subarray(0, data.length - at).equals(data.subarray(at)) ? null : false;
}
