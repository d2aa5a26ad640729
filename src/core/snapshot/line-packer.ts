import { endOfPlainJson, endOfPlainText } from '../../util/plain-json.ts';
import type { ParsedLine } from '../state/entry-line.ts';
import { entryOfLine } from '../state/entry-line.ts';
import type { Key } from '../state/key.ts';
import { cellKey, itemKey } from '../state/key.ts';
import { isPlain, LONGEST_PACKED_LINE } from '../state/packable-line.ts';
import { beforeName, PackedLines } from '../state/packed-lines.ts';
import type { Part } from '../state/part.ts';

const MOST_LINES = 4_096;
/** Fewer lines in a row are not worth a pack. */
const FEWEST_LINES = 8;

/**
 * Joins lines of a snapshot that stand in a row to packed ones. Most lines are like the one before: the same pool, a plain name that comes after,
 * a value without escapes. Those it checks itself; of others it hears when they have been parsed.
 */
export class LinePacker {
  readonly #out: (part: Part) => void;
  #count = 0;
  /** Of the part that was given out last. */
  #lastKey: Key | undefined;

  // The run that goes on.
  #bytes: Buffer | null = null;
  #pool: string | null = null;
  #prefix: Buffer = Buffer.alloc(0);
  readonly #starts = new Uint32Array(MOST_LINES + 1);
  #length = 0;
  #end = 0;
  /** Where the name of its last line begins. */
  #name = 0;

  constructor(out: (part: Part) => void) {
    this.#out = out;
  }

  /** Keys up to now. */
  get count(): number {
    return this.#count;
  }

  get lastKey(): Key | undefined {
    if (this.#bytes === null) return this.#lastKey;
    const name = this.#bytes.toString('latin1', this.#name, this.#bytes.indexOf(QUOTE, this.#name));
    return this.#pool === null ? cellKey(name) : itemKey(this.#pool, name);
  }

  /** Takes the lines from `start` on that are as they should be and like the last one. @returns where the next one begins */
  takeAlike(bytes: Buffer, start: number): number {
    if (bytes !== this.#bytes) return start;
    let at = start;
    while (this.#length < MOST_LINES) {
      const behind = this.#behindAlike(bytes, at);
      if (behind < 0) break;
      this.#add(at, behind);
      at = behind;
    }
    return at;
  }

  /** Takes a line that has been parsed and comes after the last one. */
  take(bytes: Buffer, start: number, end: number, line: ParsedLine): void {
    const [key] = line.entry;
    const [pool, name] = key.kind === 'cell' ? [null, key.name] : [key.pool, key.item];
    const beginning = `${beforeName(pool)}${name}"`;
    const isPackable =
      line.isCanonical &&
      end - start < LONGEST_PACKED_LINE &&
      isPlain(name) &&
      (pool === null || isPlain(pool)) &&
      bytes.toString('latin1', start, start + beginning.length) === beginning;
    if (!isPackable) {
      this.takeAlone(line);
      return;
    }
    if (bytes !== this.#bytes || pool !== this.#pool || this.#length === MOST_LINES) {
      this.close();
      this.#bytes = bytes;
      this.#pool = pool;
      this.#prefix = Buffer.from(beforeName(pool));
    }
    this.#name = start + this.#prefix.length;
    this.#add(start, end + 1);
  }

  /** The same for one that is not to be packed. */
  takeAlone({ entry }: ParsedLine): void {
    this.close();
    this.#count++;
    this.#give(entry, entry[0]);
  }

  /** Nothing else comes out of the bytes that were given last. */
  close(): void {
    const bytes = this.#bytes;
    if (bytes === null) return;
    const lastKey = this.lastKey;
    this.#starts[this.#length] = this.#end;
    if (this.#length >= FEWEST_LINES) {
      this.#give(new PackedLines(this.#pool, bytes, this.#starts.slice(0, this.#length + 1)), lastKey);
    } else {
      for (let index = 0; index < this.#length; index++) {
        const [start, behind] = [this.#starts[index] as number, this.#starts[index + 1] as number];
        this.#give(entryOfLine(bytes, start, behind - 1), lastKey);
      }
    }
    this.#bytes = null;
    this.#length = 0;
  }

  #give(part: Part, lastKey: Key | undefined): void {
    this.#out(part);
    this.#lastKey = lastKey;
  }

  #add(start: number, behind: number): void {
    this.#starts[this.#length++] = start;
    this.#end = behind;
    this.#count++;
  }

  /** The place behind the newline, -1 when the line is not like the last one, whether it is right or not. */
  #behindAlike(bytes: Buffer, start: number): number {
    const limit = Math.min(bytes.length, start + LONGEST_PACKED_LINE);
    const name = behindToken(bytes, start, this.#prefix);
    if (name < 0) return -1;
    const behindName = endOfPlainText(bytes, name, limit);
    if (behindName < 0 || !isNameAfter(bytes, name, this.#name)) return -1;
    const value = behindToken(bytes, behindName, VALUE_FIELD);
    const end = value < 0 ? -1 : endOfPlainJson(bytes, value, limit);
    if (end < 0 || bytes[end] !== CLOSE || bytes[end + 1] !== NEWLINE) return -1;
    this.#name = name;
    return end + 2;
  }
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const CLOSE = 0x7d;
const VALUE_FIELD = Buffer.from(',"value":');

function behindToken(bytes: Buffer, at: number, token: Buffer): number {
  for (let index = 0; index < token.length; index++) {
    if (bytes[at + index] !== token[index]) return -1;
  }
  return at + token.length;
}

/** Both names are plain, up to a quote. */
function isNameAfter(bytes: Buffer, name: number, previous: number): boolean {
  for (;;) {
    const [byte, before] = [bytes[name++] as number, bytes[previous++] as number];
    if (byte === QUOTE) return false;
    if (before === QUOTE) return true;
    if (byte !== before) return byte > before;
  }
}
