/**
 * R's serialization, version 2, as `serialize(x, NULL, version = 2, xdr = FALSE)` writes it (R Internals, ch. 1.8):
 *
 *     "B\n"  int32 2  int32 version of R  int32 oldest version of R that can read it  item
 *
 * An item starts with an int32 of flags: bits 0-7 its type, bit 8 it has a class, bit 9 it has attributes, bit 10 it has a
 * tag, bits 12-27 more about it (for characters: their encoding). All numbers are little-endian. A vector goes on with its length
 * and its elements, and its attributes come last: a pairlist whose tags are the names. Symbols and environments that were written
 * before are written as references, numbered from 1.
 */
export const HEADER = Buffer.from('420a020000000000040000030200', 'hex');

/** Deepest nesting of lists that is read and written. R itself can do about 20,000, but so much is never meant. */
export const MAX_DEPTH = 1000;

export const HAS_CLASS = 1 << 8;
export const HAS_ATTRIBUTES = 1 << 9;
export const HAS_TAG = 1 << 10;

export const IS_BYTES = 1 << 13;
export const IS_LATIN1 = 1 << 14;
export const IS_UTF8 = 1 << 15;
export const IS_ASCII = 1 << 18;

export const SYMBOL = 1;
export const PAIRLIST = 2;
export const CLOSURE = 3;
export const ENVIRONMENT = 4;
export const PROMISE = 5;
export const LANGUAGE = 6;
export const SPECIAL = 7;
export const BUILTIN = 8;
export const CHARACTERS = 9;
export const LOGICAL = 10;
export const INTEGER = 13;
export const DOUBLE = 14;
export const COMPLEX = 15;
export const STRING = 16;
export const DOTS = 17;
export const LIST = 19;
export const EXPRESSION = 20;
export const BYTECODE = 21;
export const EXTERNAL_POINTER = 22;
export const WEAK_REFERENCE = 23;
export const RAW = 24;
export const S4 = 25;

// Types that only exist in serialized form.
export const ATTRIBUTE_PAIRLIST = 239;
export const ATTRIBUTE_LANGUAGE = 240;
export const BASE_ENVIRONMENT = 241;
export const EMPTY_ENVIRONMENT = 242;
export const BYTECODE_REFERENCE = 243;
export const BYTECODE_DEFINITION = 244;
export const PACKAGE = 248;
export const NAMESPACE = 249;
export const BASE_NAMESPACE = 250;
export const MISSING_ARGUMENT = 251;
export const UNBOUND_VALUE = 252;
export const GLOBAL_ENVIRONMENT = 253;
export const NULL = 254;
export const REFERENCE = 255;

/** NA among integers and logicals. */
export const NA_INTEGER = -0x80000000;
/** NA among doubles is the NaN whose lower 32 bits are this; R writes it with this upper word. */
export const NA_DOUBLE_LOW_WORD = 1954;
export const NA_DOUBLE_HIGH_WORD = 0x7ff00000;
/** The length of NA among characters. */
export const NA_LENGTH = -1;

/** Bytes per element, by type, of the vectors whose elements have a fixed size. */
export const ELEMENT_SIZES: readonly (number | undefined)[] = Array.from({ length: 256 }, (_, type) =>
  new Map([
    [LOGICAL, 4],
    [INTEGER, 4],
    [DOUBLE, 8],
    [COMPLEX, 16],
    [RAW, 1],
  ]).get(type),
);

/** Whether an item of byte code is made of cells. */
export const isBytecodeCell = (type: number): boolean =>
  type === LANGUAGE ||
  type === PAIRLIST ||
  type === BYTECODE_DEFINITION ||
  type === BYTECODE_REFERENCE ||
  type === ATTRIBUTE_LANGUAGE ||
  type === ATTRIBUTE_PAIRLIST;
