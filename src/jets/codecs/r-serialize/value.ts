import { isUtf8 } from 'node:buffer';
import { DOUBLE, IS_BYTES, IS_LATIN1, NA_DOUBLE_LOW_WORD, NA_INTEGER, NA_LENGTH, NULL, STRING } from './format.ts';

export type Items = (index: number) => RValue;

/** A serialized value of R, in place: it knows where its elements stand, and reads them when asked. */
export class RValue {
  readonly bytes: Buffer;
  readonly type: number;
  readonly hasClass: boolean;
  /** Where the elements of a vector start. */
  readonly at: number;
  readonly length: number;
  /** Of a list: gives its elements. */
  items: Items | null = null;
  names: RValue | null = null;
  /** Where the elements of a vector of strings end. */
  end: number;
  /** Attributes other than names. */
  attributes: Map<string, RValue> | null = null;
  #offsets: Uint32Array | null = null;

  constructor(bytes: Buffer, type: number, hasClass: boolean, at: number, length: number) {
    this.bytes = bytes;
    this.type = type;
    this.hasClass = hasClass;
    this.at = at;
    this.length = length;
    this.end = at;
  }

  get isNull(): boolean {
    return this.type === NULL;
  }

  /** No names, no class, nothing. */
  get isBare(): boolean {
    return this.names === null && this.attributes === null;
  }

  /** Of a vector of integers or logicals. */
  integer(index: number): number {
    return this.bytes.readInt32LE(this.at + 4 * index);
  }

  double(index: number): number {
    return this.bytes.readDoubleLE(this.at + 8 * index);
  }

  isNa(index: number): boolean {
    if (this.type === STRING) return this.bytes.readInt32LE(this.offset(index) + 4) === NA_LENGTH;
    if (this.type !== DOUBLE) return this.integer(index) === NA_INTEGER;
    return Number.isNaN(this.double(index)) && this.bytes.readUInt32LE(this.at + 8 * index) === NA_DOUBLE_LOW_WORD;
  }

  /** Of a vector of strings: where the flags of the element stand. Its length and its bytes follow. */
  offset(index: number): number {
    if (index === 0) return this.at;
    this.#offsets ??= this.#findOffsets();
    return this.#offsets[index] as number;
  }

  /** Null for NA, and for what is not text. */
  text(index: number): string | null {
    const at = this.offset(index);
    const flags = this.bytes.readInt32LE(at);
    const length = this.bytes.readInt32LE(at + 4);
    if (length < 0 || flags & IS_BYTES) return null;
    const content = this.bytes.subarray(at + 8, at + 8 + length);
    if (flags & IS_LATIN1) return content.toString('latin1');
    return isUtf8(content) ? content.toString('utf8') : null;
  }

  texts(): (string | null)[] {
    return Array.from({ length: this.length }, (_, index) => this.text(index));
  }

  inherits(name: string): boolean {
    return this.hasClass && (this.attributes?.get('class')?.texts().includes(name) ?? false);
  }

  /** Of a list. */
  item(index: number): RValue {
    if (this.items === null) throw new RangeError('Only a list has items');
    return this.items(index);
  }

  /** The element of a list by its name. */
  member(name: string): RValue | undefined {
    const index = this.names?.texts().indexOf(name) ?? -1;
    return index < 0 || index >= this.length ? undefined : this.items?.(index);
  }

  #findOffsets(): Uint32Array {
    const offsets = new Uint32Array(this.length);
    let at = this.at;
    for (let index = 0; index < this.length; index++) {
      offsets[index] = at;
      at += 8 + Math.max(0, this.bytes.readInt32LE(at + 4));
    }
    return offsets;
  }
}
