import { canonicalJson } from '../../util/canonical-json.ts';
import type { Entry } from './entry.ts';
import type { Key } from './key.ts';
import { cellKey, itemKey } from './key.ts';
import type { NativeLanguage, StateValue } from './value.ts';

export interface ParsedLine {
  readonly entry: Entry;
  /** The value is spelled as writers spell it. */
  readonly isCanonical: boolean;
}

/**
 * One line of a snapshot between header and trailer, see format.ts: ASCII, `end` is where its newline stands.
 * Yields after each small step of work, so that a value of many megabytes need not stop everything else.
 * @throws SyntaxError that says what is wrong with the line
 */
export function* parseEntryLine(bytes: Buffer, start: number, end: number): Generator<undefined, ParsedLine, void> {
  const line = new LineReader(bytes, start, end);
  const key = readKey(line);
  let native: StateValue['native'] = null;
  for (const [language, field] of NATIVE_FIELDS) {
    if (native !== null || !line.skip(field)) continue;
    native = { language, data: yield* decodeBase64(bytes, line.at, line.skipToQuote()) };
  }
  const json = line.readValue();
  if (json === null && native === null) throw new SyntaxError('it has no value');
  const isCanonical = json === null || (yield* hasCanonicalSpelling(json));
  if (!line.skip(CLOSE) || line.at !== end) throw new SyntaxError('it does not end as a line should');
  return { entry: [key, { json, native }], isCanonical };
}

/** The same for a line that has been found right before: its value is not looked at. */
export function entryOfLine(bytes: Buffer, start: number, end: number): Entry {
  const line = new LineReader(bytes, start, end);
  const key = readKey(line);
  let native: StateValue['native'] = null;
  for (const [language, field] of NATIVE_FIELDS) {
    if (line.skip(field)) {
      native = { language, data: Buffer.from(bytes.toString('latin1', line.at, line.skipToQuote()), 'base64') };
    }
  }
  return [key, { json: line.readValue(), native }];
}

const CELL_FIELD = Buffer.from('{"cell":');
const POOL_FIELD = Buffer.from('{"pool":');
const ITEM_FIELD = Buffer.from(',"item":');
const VALUE_FIELD = Buffer.from(',"value":');
const CLOSE = Buffer.from('}');
const NATIVE_FIELDS: readonly (readonly [NativeLanguage, Buffer])[] = [
  ['python', Buffer.from(',"python":"')],
  ['R', Buffer.from(',"R":"')],
];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function readKey(line: LineReader): Key {
  if (line.skip(CELL_FIELD)) return cellKey(line.readString());
  if (!line.skip(POOL_FIELD)) throw new SyntaxError('it is neither a cell nor an item of a pool');
  const pool = line.readString();
  if (!line.skip(ITEM_FIELD)) throw new SyntaxError('it has a pool but no item');
  return itemKey(pool, line.readString());
}

class LineReader {
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

  /** The text between the field's name and the brace that ends the line; null when the field is not there. */
  readValue(): string | null {
    if (!this.skip(VALUE_FIELD)) return null;
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

function parseString(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new SyntaxError('a name is not a proper string');
  }
}

/** Whether `json` is spelled as writers spell it. @throws SyntaxError when it is not JSON */
function* hasCanonicalSpelling(json: string): Generator<undefined, boolean, void> {
  let at = 0;
  let same = true;
  for (const piece of canonicalJson(json)) {
    same &&= json.slice(at, at + piece.length) === piece;
    at += piece.length;
    yield;
  }
  return same && at === json.length;
}

/** A multiple of 4, so that each piece can be decoded on its own. */
const BASE64_PIECE = 65_536;

/** Strict, unlike Node's own decoder, which skips what it does not know. */
function* decodeBase64(bytes: Buffer, start: number, end: number): Generator<undefined, Buffer, void> {
  const decoded = Buffer.allocUnsafeSlow(Math.ceil((end - start) / 4) * 3);
  let size = 0;
  for (let at = start; at < end; at += BASE64_PIECE) {
    const text = bytes.toString('latin1', at, Math.min(at + BASE64_PIECE, end));
    const piece = Buffer.from(text, 'base64');
    if (piece.toString('base64') !== text) throw new SyntaxError('a native value is not base64');
    piece.copy(decoded, size);
    size += piece.length;
    yield;
  }
  return decoded.subarray(0, size);
}
