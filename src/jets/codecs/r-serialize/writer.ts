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
  MAX_DEPTH,
  NA_LENGTH,
  NULL,
  PAIRLIST,
  RAW,
  REFERENCE,
  STRING,
  SYMBOL,
} from './format.ts';
import { LONG_CLASS, LongInteger } from './long-integer.ts';

/** A value that R cannot hold, or that has to be written in another way. */
export class UnfitValueError extends Error {}

/** Thrown where the order of members is lost, because JavaScript puts keys that look like indexes first. See json-text.ts. */
export const DISORDERED = new Error('The members are not in their order');

export interface JsonWriting {
  /** Arrays of length one become lists, so that they are not scalars when they come back. */
  readonly keepArrays: boolean;
  /** Look for texts that R cannot hold. They can only come from escapes. */
  readonly checkTexts: boolean;
  /** Such texts, if they stand for bytes, become raw vectors. Where not, and for all others, it is an error. */
  readonly rawTexts: boolean;
  /** All keys start with one more character, which is not part of them: no key looks like an index. */
  readonly prefixedKeys: boolean;
}

/** A part of a frame: objects become named lists, arrays of strings vectors, other arrays lists. A function writes one value itself. */
export type Field =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Field[]
  | { readonly [name: string]: Field }
  | ((writer: RWriter) => void);

interface Shape {
  readonly prefixed: boolean;
  readonly keys: readonly string[];
  readonly block: Buffer;
}

const NA_INTEGER = -(2 ** 31);
/** R's NA among doubles: the NaN with 1954 in its low word. */
const NA_REAL_LOW = 1954;
const NA_REAL_HIGH = 0x7ff00000;
const SMALL_TEXT = 40;
/** A buffer beyond this is let go when what it held has been taken. */
const LARGEST_KEPT = 16 << 20;

/** Writes R values, byte for byte as R itself would, into a buffer that grows and is used again. */
export class RWriter {
  at = 0;
  #buffer: Buffer = Buffer.allocUnsafeSlow(4096);
  #view: DataView = new DataView(this.#buffer.buffer);
  /** Symbols that have been written: from then on they are references, numbered from 1. */
  #symbols: string[] = [];
  /** The last names written at each depth: records of one kind have the same again and again. */
  readonly #shapes: (Shape | undefined)[] = [];

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
    this.#view.setInt32(flagsAt, DOUBLE | HAS_CLASS | HAS_ATTRIBUTES, true);
    this.#tag('exact');
    this.strings(values.map((value) => (value instanceof LongInteger ? value.digits : null)));
    this.#tag('class');
    this.strings([LONG_CLASS]);
    this.null();
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

  setLength(at: number, length: number): void {
    this.#view.setInt32(at, length, true);
  }

  /** A named list. */
  fields(fields: Readonly<Record<string, Field>>): void {
    const names = Object.keys(fields);
    this.#vector(LIST | HAS_ATTRIBUTES, names.length, 0);
    for (const field of Object.values(fields)) this.#field(field);
    this.#tag('names');
    this.strings(names);
    this.null();
  }

  #field(field: Field): void {
    if (field === null) this.null();
    else if (typeof field === 'function') field(this);
    else if (typeof field !== 'object') this.scalar(field);
    else if (field instanceof Uint8Array) this.raw(field);
    else if (!Array.isArray(field)) this.fields(field as Readonly<Record<string, Field>>);
    else if (field.length > 0 && field.every((text) => typeof text === 'string')) this.strings(field);
    else {
      this.list(field.length);
      for (const element of field) this.#field(element);
    }
  }

  /**
   * A value from JSON: numbers are doubles, objects named lists, arrays whose elements are all numbers, all strings
   * or all booleans are vectors, other arrays lists, null is NULL.
   * @throws UnfitValueError, DISORDERED
   */
  json(value: unknown, writing: JsonWriting, depth = 0): void {
    switch (typeof value) {
      case 'string':
        if (writing.checkTexts) this.#checkedText(value, writing);
        else this.string(value);
        return;
      case 'number':
      case 'boolean':
        this.scalar(value);
        return;
      default:
        if (value === null) this.null();
        else if (depth >= MAX_DEPTH) throw new UnfitValueError(`it is nested more than ${MAX_DEPTH} levels deep`);
        else if (Array.isArray(value)) this.#array(value, writing, depth);
        else if (value instanceof LongInteger) this.doubles([value]);
        else this.#object(value as object, writing, depth);
    }
  }

  #array(values: readonly unknown[], writing: JsonWriting, depth: number): void {
    const isList =
      values.length === 0 ||
      (writing.keepArrays && values.length === 1) ||
      (writing.checkTexts && writing.rawTexts && values.some(isBytes));
    const type = isList ? null : commonType(values);
    if (type === null) {
      this.list(values.length);
      for (const value of values) this.json(value, writing, depth + 1);
      return;
    }
    if (type === 'string' && writing.checkTexts) values.forEach(assertText);
    this.scalars(values as (number | string | boolean | LongInteger)[]);
  }

  #checkedText(text: string, { rawTexts }: JsonWriting): void {
    if (rawTexts && isBytes(text)) {
      this.raw(Buffer.from(text, 'latin1'));
      return;
    }
    assertText(text);
    this.string(text);
  }

  #object(value: object, writing: JsonWriting, depth: number): void {
    const keys = Object.keys(value);
    if (!writing.prefixedKeys && keys.length > 1 && looksLikeIndex(keys[0] as string)) throw DISORDERED;
    this.#vector(LIST | HAS_ATTRIBUTES, keys.length, 0);
    for (const member of Object.values(value)) this.json(member, writing, depth + 1);
    this.#tag('names');
    const shape = this.#shapes[depth];
    if (shape !== undefined && shape.prefixed === writing.prefixedKeys && sameKeys(shape.keys, keys)) {
      this.#reserve(shape.block.length);
      this.#buffer.set(shape.block, this.at);
      this.at += shape.block.length;
    } else {
      const names = writing.prefixedKeys ? keys.map((key) => key.slice(1)) : keys;
      if (writing.checkTexts) names.forEach(assertText);
      const start = this.at;
      this.strings(names);
      const block = Buffer.from(this.#buffer.subarray(start, this.at));
      this.#shapes[depth] = { prefixed: writing.prefixedKeys, keys, block };
    }
    this.null();
  }

  /** Begins an attribute; its value is to follow. */
  #tag(symbol: string): void {
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
    this.#int(NA_REAL_LOW);
    this.#int(NA_REAL_HIGH);
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

function commonType(values: readonly unknown[]): 'number' | 'string' | 'boolean' | null {
  const type = kindOf(values[0]);
  if (type !== 'number' && type !== 'string' && type !== 'boolean') return null;
  for (const value of values) if (typeof value !== type && kindOf(value) !== type) return null;
  return type;
}

/** The type of a value from JSON. */
export const kindOf = (value: unknown) => (value instanceof LongInteger ? 'number' : typeof value);

/** Keys that JavaScript would move to the front; every such key starts with a digit. */
function looksLikeIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

const BYTES = /^[\0-\xff]*$/;

/** Whether it is a text that R cannot hold, and that has one character per byte as JSON has bytes. */
export const isBytes = (text: unknown): text is string =>
  typeof text === 'string' && text.includes('\0') && BYTES.test(text);

const HALF_PAIR = /\p{Surrogate}/u;

/** @throws UnfitValueError when R cannot hold `text` */
export function assertText(text: unknown): void {
  if ((text as string).includes('\0')) throw new UnfitValueError('R cannot hold a text with the character \\u0000');
  if (HALF_PAIR.test(text as string)) throw new UnfitValueError('a text has half of a surrogate pair');
}
