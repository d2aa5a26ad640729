import {
  ATTRIBUTE_LANGUAGE,
  ATTRIBUTE_PAIRLIST,
  BASE_ENVIRONMENT,
  BASE_NAMESPACE,
  BUILTIN,
  BYTECODE,
  BYTECODE_DEFINITION,
  BYTECODE_REFERENCE,
  CHARACTERS,
  CLOSURE,
  COMPLEX,
  DOTS,
  DOUBLE,
  ELEMENT_SIZES,
  EMPTY_ENVIRONMENT,
  ENVIRONMENT,
  EXPRESSION,
  EXTERNAL_POINTER,
  GLOBAL_ENVIRONMENT,
  HAS_ATTRIBUTES,
  HAS_CLASS,
  HAS_TAG,
  HEADER,
  INTEGER,
  isBytecodeCell,
  LANGUAGE,
  LIST,
  LOGICAL,
  MAX_DEPTH,
  MISSING_ARGUMENT,
  NAMESPACE,
  NULL,
  PACKAGE,
  PAIRLIST,
  PROMISE,
  RAW,
  REFERENCE,
  S4,
  SPECIAL,
  STRING,
  SYMBOL,
  UNBOUND_VALUE,
  WEAK_REFERENCE,
} from './format.ts';
import type { Items } from './value.ts';
import { RValue } from './value.ts';

/**
 * The elements of a longer list are read when they are asked for, and not kept: what is dropped soon costs much less than a whole
 * batch of values that live side by side.
 */
const MOST_AT_ONCE = 64;

const TOO_DEEP = `it is nested more than ${MAX_DEPTH} levels deep`;

/** The bytes are not a serialized value of R, or one that is nested too deeply. */
export class UnreadableError extends Error {}

/**
 * What `bytes` say: vectors and lists in full, of everything else (functions, environments, calls) only that it is there.
 * @throws UnreadableError
 */
export function readR(bytes: Buffer): RValue {
  // The version of R that wrote it is not ours to judge.
  if (!bytes.subarray(0, 6).equals(HEADER.subarray(0, 6)))
    throw new UnreadableError('it does not start as serialized values do');
  const reader = new Reader(bytes);
  let value: RValue;
  try {
    value = reader.item(0);
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableError('it ends too early');
    throw error;
  }
  reader.complete = true;
  if (reader.at !== bytes.length) throw new UnreadableError('there are bytes after its end');
  return value;
}

class Reader {
  at = HEADER.length;
  /** All has been seen once: what is defined from now on has been defined before. */
  complete = false;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  /** Names of symbols, null for environments; references count from 1. */
  readonly #references: (string | null)[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  item(depth: number): RValue {
    if (depth > MAX_DEPTH) throw new UnreadableError(TOO_DEEP);
    const flags = this.#int();
    const type = flags & 0xff;
    switch (type) {
      case LOGICAL:
      case INTEGER:
        return this.#vector(type, flags, 4, depth);
      case DOUBLE:
        return this.#vector(type, flags, 8, depth);
      case STRING:
        return this.#strings(flags, depth);
      case LIST:
        return this.#list(type, flags, depth);
      case NULL:
        return new RValue(this.#bytes, type, false, this.at, 0);
      case RAW:
        return this.#vector(type, flags, 1, depth);
      case COMPLEX:
        return this.#vector(type, flags, 16, depth);
      case EXPRESSION:
        return this.#list(type, flags, depth);
      default:
        return this.#other(type, flags, depth);
    }
  }

  #vector(type: number, flags: number, size: number, depth: number): RValue {
    const length = this.#length();
    const value = new RValue(this.#bytes, type, (flags & HAS_CLASS) !== 0, this.at, length);
    this.#skip(length * size);
    if (flags & HAS_ATTRIBUTES) this.#attributes(value, depth);
    return value;
  }

  #strings(flags: number, depth: number): RValue {
    const length = this.#length();
    const value = new RValue(this.#bytes, STRING, (flags & HAS_CLASS) !== 0, this.at, length);
    for (let index = 0; index < length; index++) this.#skipCharacters();
    value.end = this.at;
    if (flags & HAS_ATTRIBUTES) this.#attributes(value, depth);
    return value;
  }

  #list(type: number, flags: number, depth: number): RValue {
    const length = this.#length();
    const value = new RValue(this.#bytes, type, (flags & HAS_CLASS) !== 0, this.at, length);
    // At least 4 bytes each: a false length must not make us ask for memory that the bytes could never fill.
    if (length * 4 > this.#bytes.length - this.at) throw new RangeError();
    value.items = length > MOST_AT_ONCE ? this.#lazyItems(length, depth) : this.#readItems(length, depth);
    if (flags & HAS_ATTRIBUTES) this.#attributes(value, depth);
    return value;
  }

  #readItems(length: number, depth: number): Items {
    const items = new Array<RValue>(length);
    for (let index = 0; index < length; index++) items[index] = this.item(depth + 1);
    return (index) => items[index] as RValue;
  }

  #lazyItems(length: number, depth: number): Items {
    const starts = new Uint32Array(length);
    for (let index = 0; index < length; index++) {
      starts[index] = this.at;
      this.#skipItem(depth + 1);
    }
    return (index) => {
      this.at = starts[index] as number;
      return this.item(depth + 1);
    };
  }

  #skipItem(depth: number): void {
    if (depth > MAX_DEPTH) throw new UnreadableError(TOO_DEEP);
    const flags = this.#int();
    const size = ELEMENT_SIZES[flags & 0xff];
    if (size !== undefined) {
      this.#skip(this.#length() * size);
    } else if ((flags & 0xff) === STRING) {
      for (let left = this.#length(); left > 0; left--) this.#skipCharacters();
    } else if ((flags & 0xff) === LIST) {
      for (let left = this.#length(); left > 0; left--) this.#skipItem(depth + 1);
    } else {
      this.at -= 4;
      this.item(depth);
      return;
    }
    if (flags & HAS_ATTRIBUTES) this.#skipAttributes(depth);
  }

  #skipAttributes(depth: number): void {
    for (;;) {
      const flags = this.#int();
      if ((flags & 0xff) === NULL) return;
      this.#attributeName(flags, depth);
      this.#skipItem(depth + 1);
    }
  }

  /** A pairlist after the content of a vector. */
  #attributes(value: RValue, depth: number): void {
    for (;;) {
      const flags = this.#int();
      if ((flags & 0xff) === NULL) return;
      const name = this.#attributeName(flags, depth);
      const attribute = this.item(depth + 1);
      if (name === 'names') value.names = attribute;
      else {
        value.attributes ??= new Map();
        value.attributes.set(name, attribute);
      }
    }
  }

  #attributeName(flags: number, depth: number): string {
    if ((flags & 0xff) !== PAIRLIST || !(flags & HAS_TAG)) throw new UnreadableError('its attributes have no names');
    if (flags & HAS_ATTRIBUTES) this.item(depth + 1);
    return this.#symbol();
  }

  #symbol(): string {
    const flags = this.#int();
    if ((flags & 0xff) === SYMBOL) return this.#newSymbol();
    const name = (flags & 0xff) === REFERENCE ? this.#reference(flags) : null;
    if (name === null) throw new UnreadableError('the name of an attribute is not a symbol');
    return name;
  }

  #newSymbol(): string {
    const start = this.at + 8;
    this.#skipCharacters();
    const name = this.#bytes.toString('utf8', start, this.at);
    this.#define(name);
    return name;
  }

  #define(name: string | null): void {
    if (!this.complete) this.#references.push(name);
  }

  #reference(flags: number): string | null {
    const index = flags >>> 8 || this.#int();
    const found = this.#references[index - 1];
    if (found === undefined) throw new UnreadableError('it refers to what is not there');
    return found;
  }

  #skipCharacters(): void {
    const flags = this.#int();
    const length = this.#int();
    if ((flags & 0xff) !== CHARACTERS || length < -1) throw new UnreadableError('a text is not one');
    if (length > 0) this.#skip(length);
  }

  /** Steps over what is not data. */
  #other(type: number, flags: number, depth: number): RValue {
    const value = new RValue(this.#bytes, type, (flags & HAS_CLASS) !== 0, this.at, 0);
    switch (type) {
      case PAIRLIST:
      case LANGUAGE:
      case CLOSURE:
      case PROMISE:
      case DOTS:
        this.#cells(flags, depth);
        return value;
      case SYMBOL:
        this.#newSymbol();
        return value;
      case REFERENCE:
        this.#reference(flags);
        return value;
      case ENVIRONMENT:
        this.#define(null);
        this.#int();
        for (let part = 0; part < 4; part++) this.item(depth + 1);
        return value;
      case PACKAGE:
      case NAMESPACE: {
        this.#define(null);
        this.#int();
        const length = this.#int();
        for (let index = 0; index < length; index++) this.#skipCharacters();
        return value;
      }
      case SPECIAL:
      case BUILTIN:
        this.#skip(this.#length());
        break;
      case CHARACTERS:
        this.at -= 4;
        this.#skipCharacters();
        return value;
      case EXTERNAL_POINTER:
        this.#define(null);
        this.item(depth + 1);
        this.item(depth + 1);
        break;
      case WEAK_REFERENCE:
        this.#define(null);
        break;
      case BYTECODE:
        this.#int();
        this.#bytecode(depth + 1);
        break;
      case S4:
      case GLOBAL_ENVIRONMENT:
      case BASE_ENVIRONMENT:
      case EMPTY_ENVIRONMENT:
      case BASE_NAMESPACE:
      case MISSING_ARGUMENT:
      case UNBOUND_VALUE:
        break;
      default:
        throw new UnreadableError(`it has an item of the unknown type ${type}`);
    }
    if (flags & HAS_ATTRIBUTES) this.#attributes(value, depth);
    return value;
  }

  /** Cells whose rest is the next item: as long as they go on, this does not nest. */
  #cells(first: number, depth: number): void {
    let flags = first;
    for (;;) {
      if (flags & HAS_ATTRIBUTES) this.item(depth + 1);
      if (flags & HAS_TAG) this.item(depth + 1);
      this.item(depth + 1);
      const next = this.#int();
      const type = next & 0xff;
      if (type !== PAIRLIST && type !== LANGUAGE && type !== DOTS) {
        this.at -= 4;
        this.item(depth + 1);
        return;
      }
      flags = next;
    }
  }

  #bytecode(depth: number): void {
    this.item(depth);
    const constants = this.#int();
    for (let index = 0; index < constants; index++) {
      const type = this.#int();
      if (type === BYTECODE) this.#bytecode(depth + 1);
      else if (isBytecodeCell(type)) this.#bytecodeCells(type, depth + 1);
      else this.item(depth + 1);
    }
  }

  #bytecodeCells(first: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new UnreadableError(TOO_DEEP);
    let type = first;
    while (isBytecodeCell(type)) {
      if (type === BYTECODE_REFERENCE) {
        this.#int();
        return;
      }
      if (type === BYTECODE_DEFINITION) {
        this.#int();
        type = this.#int();
      }
      if (type === ATTRIBUTE_LANGUAGE || type === ATTRIBUTE_PAIRLIST) this.item(depth + 1);
      this.item(depth + 1);
      this.#bytecodeCells(this.#int(), depth + 1);
      type = this.#int();
    }
    this.item(depth + 1);
  }

  #length(): number {
    const length = this.#int();
    // -1 announces a length of 64 bits, for which a frame has no room.
    if (length < 0) throw new UnreadableError('a vector is too long');
    return length;
  }

  #int(): number {
    const value = this.#view.getInt32(this.at, true);
    this.at += 4;
    return value;
  }

  #skip(size: number): void {
    this.at += size;
    if (this.at > this.#bytes.length) throw new RangeError();
  }
}
