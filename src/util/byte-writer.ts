/** Bytes written one after the other into a buffer that grows. */
export class ByteWriter {
  #data: Buffer;
  #size = 0;

  constructor(expected: number) {
    this.#data = Buffer.allocUnsafe(Math.max(expected, 64));
  }

  get size(): number {
    return this.#size;
  }

  /** Takes back what was written since the writer had this size. */
  truncate(size: number): void {
    this.#size = size;
  }

  byte(value: number): void {
    if (this.#size === this.#data.length) this.#grow(1);
    this.#data[this.#size] = value;
    this.#size += 1;
  }

  /** Replaces a byte that was written before. */
  set(at: number, value: number): void {
    this.#data[at] = value;
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const at = this.skip(length);
    const data = this.#data;
    // A short copy is done sooner than the call of a native one.
    if (length < 48) for (let i = 0; i < length; i++) data[at + i] = source[start + i]!;
    else data.set(source.subarray(start, end), at);
  }

  /** Text of characters below U+0080. */
  ascii(text: string): void {
    const at = this.skip(text.length);
    const data = this.#data;
    if (text.length < 48) for (let i = 0; i < text.length; i++) data[at + i] = text.charCodeAt(i);
    else data.write(text, at, 'latin1');
  }

  utf8(text: string): void {
    const length = Buffer.byteLength(text);
    const at = this.skip(length);
    this.#data.write(text, at, length, 'utf8');
  }

  /** Room for so many bytes, to be written to `data`. @returns where it begins */
  skip(length: number): number {
    if (this.#size + length > this.#data.length) this.#grow(length);
    const at = this.#size;
    this.#size += length;
    return at;
  }

  doubleLE(value: number): void {
    const at = this.skip(8);
    this.#data.writeDoubleLE(value, at);
  }

  doubleBE(value: number): void {
    const at = this.skip(8);
    this.#data.writeDoubleBE(value, at);
  }

  floatLE(value: number): void {
    const at = this.skip(4);
    this.#data.writeFloatLE(value, at);
  }

  /** Unsigned, of up to six bytes. */
  uintBE(value: number, width: number): void {
    const at = this.skip(width);
    this.#data.writeUIntBE(value, at, width);
  }

  intBE(value: number, width: number): void {
    const at = this.skip(width);
    this.#data.writeIntBE(value, at, width);
  }

  bigUint64BE(value: bigint): void {
    const at = this.skip(8);
    this.#data.writeBigUInt64BE(value, at);
  }

  /** Moves what was written since `from` up by `length` bytes. */
  insert(from: number, length: number): void {
    const end = this.#size;
    this.skip(length);
    this.#data.copyWithin(from + length, from, end);
  }

  /** What was written, in memory that later writing may change or leave. */
  get data(): Buffer {
    return this.#data.subarray(0, this.#size);
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#data.length, this.#size + length));
    this.#data.copy(larger, 0, 0, this.#size);
    this.#data = larger;
  }
}
