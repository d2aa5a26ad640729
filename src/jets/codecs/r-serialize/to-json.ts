import { isUtf8 } from 'node:buffer';
import {
  BUILTIN,
  CLOSURE,
  COMPLEX,
  DOUBLE,
  ENVIRONMENT,
  EXPRESSION,
  GLOBAL_ENVIRONMENT,
  INTEGER,
  IS_ASCII,
  IS_BYTES,
  IS_LATIN1,
  LANGUAGE,
  LIST,
  LOGICAL,
  NA_LENGTH,
  NULL,
  PAIRLIST,
  RAW,
  S4,
  SPECIAL,
  STRING,
  SYMBOL,
} from './format.ts';
import { JsonSink } from './json-sink.ts';
import { isLoneArray } from './lone-array.ts';
import { LONG_CLASS } from './long-integer.ts';
import type { RValue } from './value.ts';

/** A value of R that JSON cannot hold, with the reason. */
export class UnfitForJsonError extends Error {}

/**
 * Writes R values as JSON.
 *
 * | R | JSON |
 * | --- | --- |
 * | NULL, NA | null |
 * | vector of length one without names | its element; an array when lone-array.ts says so |
 * | other vector without names | array |
 * | vector or list with names | object; an element without a name has the name "" |
 * | list without names | array |
 * | factor | as the character vector of its labels |
 * | matrix, table of two dimensions | array of rows, each an array |
 * | data frame | array of rows, each an object |
 * | raw vector | string with one character per byte |
 * | NaN, Inf, complex vectors, functions, environments, all else | cannot be written |
 *
 * Classes other than those are not looked at: a Date is the number that it holds.
 */
export class JsonWriter {
  readonly sink: JsonSink;
  /** False: what JSON cannot hold is shown in words, for people. */
  readonly #strict: boolean;
  /** The names written last at each depth: records of one kind have the same again and again. */
  readonly #shapes: (Shape | undefined)[] = [];

  constructor(sizeExpected: number, options: { readonly strict: boolean } = { strict: true }) {
    this.sink = new JsonSink(sizeExpected);
    this.#strict = options.strict;
  }

  /** @throws UnfitForJsonError with the reason */
  write(value: RValue, depth = 0): void {
    switch (value.type) {
      case NULL:
        this.sink.ascii('null');
        return;
      case LOGICAL:
      case INTEGER:
      case DOUBLE:
      case STRING:
      case LIST:
        if (value.attributes === null || !this.#table(value, depth)) this.#elements(value, namesOf(value), depth);
        return;
      case RAW:
        this.#raw(value);
        return;
      default:
        this.#unfit(describeType(value.type));
    }
  }

  /** Writes one element of a vector or list, one row of a matrix or data frame. */
  row(value: RValue, index: number, depth = 0): void {
    const columns = value.attributes === null ? -1 : columnCount(value);
    if (value.inherits('data.frame')) {
      this.#object(value.names, value.length, depth, (column) => this.row(columnOf(value, column), index, depth + 1));
    } else if (columns >= 0) {
      const rows = dimension(value, 0);
      this.#array(columns, (column) => this.#element(value, index + column * rows, depth));
    } else if (index >= value.length) {
      this.#unfit('a data frame with columns of different lengths');
    } else {
      this.#element(value, index, depth);
    }
  }

  /** Writes one element of a vector or list, whatever its dimensions. */
  element(value: RValue, index: number): void {
    this.#element(value, index, 0);
  }

  /** Matrices and data frames are arrays of rows. @returns false when `value` is neither */
  #table(value: RValue, depth: number): boolean {
    const rows = rowCount(value);
    if (rows < 0) {
      const dimensions = value.attributes?.get('dim')?.length ?? 1;
      if (dimensions > 1) this.#unfit(`an array of ${dimensions} dimensions`);
      return dimensions > 1;
    }
    this.#array(rows, (index) => this.row(value, index, depth + 1));
    return true;
  }

  #elements(value: RValue, names: RValue | null, depth: number): void {
    if (names !== null) this.#object(names, value.length, depth, (index) => this.#element(value, index, depth + 1));
    else if (value.length === 1 && value.type !== LIST && !isLoneArray(value)) this.#element(value, 0, depth);
    else this.#array(value.length, (index) => this.#element(value, index, depth + 1));
  }

  #array(length: number, write: (index: number) => void): void {
    this.sink.byte(OPEN_ARRAY);
    for (let index = 0; index < length; index++) {
      if (index > 0) this.sink.byte(COMMA);
      write(index);
    }
    this.sink.byte(CLOSE_ARRAY);
  }

  #object(names: RValue | null, length: number, depth: number, write: (index: number) => void): void {
    if (names === null || names.type !== STRING || names.length !== length) {
      this.#unfit('a list with odd names');
      return;
    }
    const { text, ends } = this.#keys(names, depth);
    this.sink.byte(OPEN_OBJECT);
    let start = 1;
    for (let index = 0; index < length; index++) {
      const end = ends[index] as number;
      // Each key starts with a comma, which the first one leaves out.
      this.sink.copy(text, start, end);
      start = end;
      write(index);
    }
    this.sink.byte(CLOSE_OBJECT);
  }

  #keys(names: RValue, depth: number): Shape {
    const known = this.#shapes[depth];
    const { bytes, at, end } = names;
    if (known?.source.equals(bytes.subarray(at, end))) return known;
    const keys = new JsonSink((end - at) * 2);
    const ends = Array.from({ length: names.length }, (_, index) => {
      keys.byte(COMMA);
      const key = Buffer.from(names.text(index) ?? 'NA');
      keys.string(key, 0, key.length);
      keys.byte(COLON);
      return keys.at;
    });
    const shape = { source: Buffer.from(bytes.subarray(at, end)), text: keys.bytes(), ends };
    this.#shapes[depth] = shape;
    return shape;
  }

  #element(value: RValue, index: number, depth: number): void {
    switch (value.type) {
      case LIST:
        this.write(value.item(index), depth);
        return;
      case DOUBLE:
        if (!value.hasClass) this.#double(value, index);
        else if (value.inherits('integer64')) this.#integer64(value, index);
        else this.#long(value, index);
        return;
      case STRING:
        this.#characters(value.bytes, value.offset(index));
        return;
      case LOGICAL:
        if (value.isNa(index)) this.sink.ascii('null');
        else this.sink.ascii(value.integer(index) === 0 ? 'false' : 'true');
        return;
      case INTEGER:
        if (value.isNa(index)) this.sink.ascii('null');
        else if (value.hasClass && value.inherits('factor')) this.#label(value, index);
        else this.sink.number(value.integer(index));
        return;
      default:
        this.#unfit(describeType(value.type));
    }
  }

  #double(value: RValue, index: number): void {
    const number = value.double(index);
    if (Number.isFinite(number)) this.sink.number(number);
    else if (value.isNa(index)) this.sink.ascii('null');
    else this.#unfit(Number.isNaN(number) ? 'NaN' : number > 0 ? 'Inf' : '-Inf');
  }

  /** Package bit64 keeps integers in the bits of doubles. */
  #integer64(value: RValue, index: number): void {
    const integer = value.bytes.readBigInt64LE(value.at + 8 * index);
    this.sink.ascii(integer === NA_INTEGER64 ? 'null' : String(integer));
  }

  /** A double that may know its digits: see long-integer.ts. */
  #long(value: RValue, index: number): void {
    const digits = longDigits(value, index);
    if (digits === null) this.#double(value, index);
    else this.sink.ascii(digits);
  }

  #label(value: RValue, index: number): void {
    const levels = value.attributes?.get('levels');
    const code = value.integer(index);
    if (levels?.type !== STRING || code < 1 || code > levels.length) this.#unfit('a factor without labels');
    else this.#characters(levels.bytes, levels.offset(code - 1));
  }

  /** As JSON has bytes: a text with one character per byte. */
  #raw({ bytes, at, length }: RValue): void {
    const text = Buffer.from(bytes.toString('latin1', at, at + length));
    this.sink.string(text, 0, text.length);
  }

  #characters(bytes: Buffer, at: number): void {
    const flags = bytes.readInt32LE(at);
    const length = bytes.readInt32LE(at + 4);
    const start = at + 8;
    const end = start + length;
    if (length === NA_LENGTH) {
      this.sink.ascii('null');
    } else if (flags & IS_ASCII) {
      this.sink.string(bytes, start, end);
    } else if (flags & IS_LATIN1) {
      const text = Buffer.from(bytes.toString('latin1', start, end));
      this.sink.string(text, 0, text.length);
    } else if (flags & IS_BYTES || !isUtf8(bytes.subarray(start, end))) {
      this.#unfit('a text that is not valid UTF-8');
    } else {
      this.sink.string(bytes, start, end);
    }
  }

  #unfit(what: string): void {
    if (this.#strict) throw new UnfitForJsonError(`JSON cannot hold ${what}`);
    this.sink.ascii(what);
  }
}

interface Shape {
  /** The names as R serialized them. */
  readonly source: Buffer;
  /** All keys as they stand in JSON, each with a comma before and a colon after it. */
  readonly text: Buffer;
  /** Where each key ends in `text`. */
  readonly ends: readonly number[];
}

/** The digits of an element, null when there are none, or others than those of the double. */
export function longDigits(value: RValue, index: number): string | null {
  const exact = value.attributes?.get('exact');
  if (!value.inherits(LONG_CLASS) || exact?.type !== STRING || exact.length !== value.length) return null;
  const digits = exact.text(index);
  return digits !== null && /^-?[1-9]\d*$/.test(digits) && Number(digits) === value.double(index) ? digits : null;
}

const NA_INTEGER64 = -(2n ** 63n);

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Number of rows of a matrix or data frame, -1 for what is neither. */
export function rowCount(value: RValue): number {
  if (value.inherits('data.frame')) {
    const names = value.attributes?.get('row.names');
    if (names === undefined) return 0;
    // Rows without names of their own: c(NA, -count).
    const isShort = names.type === INTEGER && names.length === 2 && names.isNa(0);
    return isShort ? Math.abs(names.integer(1)) : names.length;
  }
  const columns = columnCount(value);
  return columns < 0 ? -1 : dimension(value, 0);
}

const columnOf = (frame: RValue, column: number): RValue => frame.item(column);

/** -1 for what is no matrix. */
export function columnCount(value: RValue): number {
  return value.attributes?.get('dim')?.length === 2 ? dimension(value, 1) : -1;
}

function dimension(value: RValue, index: number): number {
  const dimensions = value.attributes?.get('dim');
  if (dimensions === undefined) return 0;
  return dimensions.type === INTEGER ? dimensions.integer(index) : dimensions.double(index);
}

/** A table of one dimension has its names where a matrix has those of its rows. */
function namesOf(value: RValue): RValue | null {
  if (value.names !== null || value.attributes?.get('dim')?.length !== 1) return value.names;
  const names = value.attributes.get('dimnames')?.items?.(0);
  return names === undefined || names.isNull ? null : names;
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [CLOSURE]: 'a function',
  [SPECIAL]: 'a function',
  [BUILTIN]: 'a function',
  [ENVIRONMENT]: 'an environment',
  [GLOBAL_ENVIRONMENT]: 'an environment',
  [RAW]: 'raw bytes',
  [COMPLEX]: 'complex numbers',
  [SYMBOL]: 'a name of R',
  [LANGUAGE]: 'a call of R',
  [EXPRESSION]: 'an expression of R',
  [PAIRLIST]: 'a pairlist',
  [S4]: 'an S4 object',
};

const describeType = (type: number): string => TYPE_NAMES[type] ?? 'an R object of that kind';
