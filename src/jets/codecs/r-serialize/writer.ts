import {
  CHARACTERS,
  DOUBLE,
  HAS_ATTRIBUTES,
  HAS_CLASS,
  HAS_TAG,
  HEADER,
  IS_ASCII,
  IS_UTF8,
  LIST,
  LOGICAL,
  NA_DOUBLE_HIGH_WORD,
  NA_DOUBLE_LOW_WORD,
  NA_INTEGER,
  NA_LENGTH,
  NULL,
  PAIRLIST,
  RAW,
  REFERENCE,
  STRING,
  SYMBOL,
} from './format.ts';
import { ARRAY_MARK } from './lone-array.ts';
import { kindOf, LONG_CLASS, LongInteger } from './long-integer.ts';

const SMALL_TEXT = 40;
/** A buffer beyond this is let go when what it held has been taken. */
const LARGEST_KEPT = 16 << 20;

/** Writes vectors and lists, byte for byte as R itself would, into a buffer that grows and is used again. */
export class RWriter {
  at = 0;
  #buffer: Buffer = Buffer.allocUnsafeSlow(4096);
  #view: DataView = new DataView(this.#buffer.buffer);
  /** Symbols that have been written: from then on they are references, numbered from 1. */
  #symbols: string[] = [];
  start(): void {
    this.at = 0;
    this.#symbols = [];
    this.#reserve(HEADER.length);
    this.#buffer.set(HEADER, 0);
    this.at = HEADER.length;
  }

  /** What was written since {@link start}. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.at));
    if (this.#buffer.length > LARGEST_KEPT) this.#renew(Buffer.allocUnsafeSlow(4096));
    return bytes;
  }

  mark(): { at: number; symbols: number } {
    return { at: this.at, symbols: this.#symbols.length };
  }

  /** Takes back what was written since `mark`. */
  rewind({ at, symbols }: { at: number; symbols: number }): void {
    this.at = at;
    this.#symbols.length = symbols;
  }

  /** A copy of what was written from `start` on. */
  written(start: number): Buffer {
    return Buffer.from(this.#buffer.subarray(start, this.at));
  }

  /** Writes again what {@link written} has given. */
  copy(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  null(): void {
    this.#reserve(4);
    this.#int(NULL);
  }

  logical(value: boolean): void {
    this.#vector(LOGICAL, 1, 4);
    this.#int(value ? 1 : 0);
  }

  double(value: number): void {
    this.#vector(DOUBLE, 1, 8);
    this.#double(value);
  }

  string(text: string): void {
    this.#vector(STRING, 1, 0);
    this.#characters(text);
  }

  scalar(value: number | string | boolean): void {
    if (typeof value === 'number') this.double(value);
    else if (typeof value === 'string') this.string(value);
    else this.logical(value);
  }

  /** A vector of scalars that are all of the type of the first. */
  scalars(values: readonly (number | string | boolean | LongInteger)[]): void {
    if (kindOf(values[0]) === 'number') this.doubles(values);
    else if (typeof values[0] === 'string') this.strings(values);
    else this.logicals(values);
  }

  /** null is NA, as in the next two. */
  logicals(values: readonly unknown[]): void {
    this.#vector(LOGICAL, values.length, 4 * values.length);
    for (const value of values) this.#int(value === null ? NA_INTEGER : value === true ? 1 : 0);
  }

  doubles(values: readonly unknown[]): void {
    const flagsAt = this.at;
    let hasLongs = false;
    this.#vector(DOUBLE, values.length, 8 * values.length);
    for (const value of values) {
      if (typeof value === 'number') this.#double(value);
      else if (value === null) this.#missingDouble();
      else {
        this.#double((value as LongInteger).value);
        hasLongs = true;
      }
    }
    if (!hasLongs) return;
    this.#digits(flagsAt, values);
    this.null();
  }

  /** A vector of length one that is an array: see lone-array.ts. */
  loneArray(value: number | string | boolean | LongInteger): void {
    const flagsAt = this.at;
    if (value instanceof LongInteger) {
      this.double(value.value);
      this.#digits(flagsAt, [value]);
    } else {
      this.scalar(value);
      this.#view.setInt32(flagsAt, this.#view.getInt32(flagsAt, true) | HAS_ATTRIBUTES, true);
    }
    this.tag(ARRAY_MARK);
    this.logical(true);
    this.null();
  }

  /** Makes the vector of doubles at `flagsAt` one that knows its digits. Its attributes may go on. */
  #digits(flagsAt: number, values: readonly unknown[]): void {
    this.#view.setInt32(flagsAt, DOUBLE | HAS_CLASS | HAS_ATTRIBUTES, true);
    this.tag('exact');
    this.strings(values.map((value) => (value instanceof LongInteger ? value.digits : null)));
    this.tag('class');
    this.strings([LONG_CLASS]);
  }

  strings(values: readonly unknown[]): void {
    this.#vector(STRING, values.length, 0);
    for (const value of values) {
      if (value === null) this.#missingString();
      else this.#characters(value as string);
    }
  }

  /** Characters that are known to be UTF-8 without NUL, in a vector begun with {@link stringVector}. */
  utf8(bytes: Buffer): void {
    this.#reserve(8 + bytes.length);
    let ascii = true;
    for (let at = 0; ascii && at < bytes.length; at++) ascii = (bytes[at] as number) < 128;
    this.#int(CHARACTERS | (ascii ? IS_ASCII : IS_UTF8));
    this.#int(bytes.length);
    this.#buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  raw(bytes: Uint8Array): void {
    this.#vector(RAW, bytes.length, bytes.length);
    this.#buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Begins a vector of strings, whose elements are to follow. @returns where its length stands */
  stringVector(length: number): number {
    this.#vector(STRING, length, 0);
    return this.at - 4;
  }

  /** Begins a list without names, whose elements are to follow. @returns where its length stands */
  list(length: number): number {
    this.#vector(LIST, length, 0);
    return this.at - 4;
  }

  /** Begins a named list, whose elements are to follow, and then its names as an attribute. */
  namedList(length: number): void {
    this.#vector(LIST | HAS_ATTRIBUTES, length, 0);
  }

  setLength(at: number, length: number): void {
    this.#view.setInt32(at, length, true);
  }

  /** Begins an attribute; its value is to follow. */
  tag(symbol: string): void {
    this.#reserve(8);
    this.#int(PAIRLIST | HAS_TAG);
    const known = this.#symbols.indexOf(symbol);
    if (known >= 0) {
      this.#int(((known + 1) << 8) | REFERENCE);
      return;
    }
    this.#symbols.push(symbol);
    this.#int(SYMBOL);
    this.#characters(symbol);
  }

  #characters(text: string): void {
    this.#reserve(8 + text.length * 3);
    const flagsAt = this.at;
    this.at += 8;
    const isAscii = text.length <= SMALL_TEXT ? this.#smallText(text) : this.#largeText(text);
    this.#view.setInt32(flagsAt, CHARACTERS | (isAscii ? IS_ASCII : IS_UTF8), true);
    this.#view.setInt32(flagsAt + 4, this.at - flagsAt - 8, true);
  }

  #smallText(text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit >= 128) return this.#largeText(text);
      this.#buffer[this.at + index] = unit;
    }
    this.at += text.length;
    return true;
  }

  #largeText(text: string): boolean {
    const size = this.#buffer.write(text, this.at);
    this.at += size;
    return size === text.length;
  }

  #vector(flags: number, length: number, size: number): void {
    this.#reserve(8 + size);
    this.#int(flags);
    this.#int(length);
  }

  #int(value: number): void {
    this.#view.setInt32(this.at, value, true);
    this.at += 4;
  }

  #double(value: number): void {
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  #missingDouble(): void {
    this.#int(NA_DOUBLE_LOW_WORD);
    this.#int(NA_DOUBLE_HIGH_WORD);
  }

  #missingString(): void {
    this.#reserve(8);
    this.#int(CHARACTERS);
    this.#int(NA_LENGTH);
  }

  #reserve(size: number): void {
    if (this.at + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.at + size));
    larger.set(this.#buffer.subarray(0, this.at));
    this.#renew(larger);
  }

  #renew(buffer: Buffer): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
  }
}
