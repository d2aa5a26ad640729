import { isAscii } from 'node:buffer';
import { SpellingCheck } from '../../util/canonical-json.ts';
import type { ParsedLine } from './entry-line.ts';
import { parseEntryLine } from './entry-line.ts';
import type { Key } from './key.ts';
import { LateValue } from './late-value.ts';
import { LineReader } from './line-reader.ts';
import { jsonValue } from './value.ts';

/**
 * Reads a line of a snapshot that comes in pieces, with the same result as `parseEntryLine`. A JSON value of many megabytes is looked at piece by
 * piece, and not joined: the pieces are kept, so nobody may change them.
 */
export class LongLine {
  #length = 0;
  #value: LongValue | null = null;
  /** The whole line, when it is not one with a JSON value alone. */
  readonly #pieces: Buffer[] = [];

  get length(): number {
    return this.#length;
  }

  /** Yields after each small step of work. @param piece the first one should hold the whole key @throws SyntaxError */
  *take(piece: Buffer): Generator<undefined, void, void> {
    if (!isAscii(piece)) throw new SyntaxError('it has bytes that are not ASCII');
    const isFirst = this.#length === 0;
    this.#length += piece.length;
    if (isFirst) {
      const line = new LineReader(piece, 0, piece.length);
      const key = tryKey(line);
      if (key !== null && line.skipValueField()) this.#value = new LongValue(key);
      if (this.#value !== null) return yield* this.#value.take(piece.subarray(line.at));
    }
    if (this.#value === null) this.#pieces.push(piece);
    else yield* this.#value.take(piece);
  }

  /** The line is over. @throws SyntaxError that says what is wrong with it */
  *end(): Generator<undefined, ParsedLine, void> {
    if (this.#value !== null) return this.#value.end();
    const line = Buffer.concat(this.#pieces);
    return yield* parseEntryLine(line, 0, line.length);
  }
}

/** Null when the key is not whole: what is wrong with it is found out when all of the line is there. */
function tryKey(line: LineReader): Key | null {
  try {
    return line.readKey();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

class LongValue {
  readonly #key: Key;
  readonly #spelling = new SpellingCheck();
  readonly #pieces: Buffer[] = [];
  /** The last byte up to now: the brace that closes the line, if nothing follows. */
  #last: Buffer = Buffer.alloc(0);

  constructor(key: Key) {
    this.#key = key;
  }

  *take(piece: Buffer): Generator<undefined, void, void> {
    if (piece.length === 0) return;
    yield* this.#add(this.#last);
    // What is part of something much larger would keep all of it in memory.
    const kept = piece.buffer.byteLength > 2 * piece.length ? Buffer.from(piece) : piece;
    yield* this.#add(kept.subarray(0, -1));
    this.#last = Buffer.from(piece.subarray(-1));
  }

  end(): ParsedLine {
    const isCanonical = this.#spelling.end();
    if (this.#last.toString('latin1') !== '}') throw new SyntaxError('it does not end as a line should');
    const value = new LateValue(this.#pieces);
    return { entry: [this.#key, isCanonical ? value : jsonValue(value.json)], isCanonical };
  }

  *#add(bytes: Buffer): Generator<undefined, void, void> {
    this.#pieces.push(bytes);
    yield* this.#spelling.read(bytes, 0, bytes.length);
  }
}
