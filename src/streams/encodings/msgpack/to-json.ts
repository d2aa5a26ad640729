import type { ByteWriter } from '../../../util/byte-writer.ts';
import { writeFloat } from '../../json-float.ts';
import { writeByteString, writeTextString } from '../../json-strings.ts';
import { UnfitRecordError } from '../../unfit-record.ts';

/** As deep as JSON is read. */
const DEPTH_LIMIT = 500;

/**
 * Writes the MessagePack value at `at` as JSON: integers with every digit, floats as floats (`2.0`), bytes as text with
 * one character per byte.
 * @returns the end of the value
 * @throws UnfitRecordError
 */
export function msgpackToJson(data: Buffer, at: number, end: number, out: ByteWriter): number {
  return new Reader(data, at, end, out).read();
}

class Reader {
  readonly #data: Buffer;
  readonly #end: number;
  readonly #out: ByteWriter;
  #at: number;

  constructor(data: Buffer, at: number, end: number, out: ByteWriter) {
    this.#data = data;
    this.#at = at;
    this.#end = end;
    this.#out = out;
  }

  read(): number {
    this.#value(0);
    return this.#at;
  }

  #value(depth: number): void {
    const out = this.#out;
    const type = this.#data[this.#take(1)]!;
    if (type < 0x80) {
      out.ascii(String(type));
      return;
    }
    if (type >= 0xe0) {
      out.ascii(String(type - 0x100));
      return;
    }
    if (type < 0x90) {
      this.#map(type & 0x0f, depth);
      return;
    }
    if (type < 0xa0) {
      this.#array(type & 0x0f, depth);
      return;
    }
    if (type < 0xc0) {
      this.#text(type & 0x1f);
      return;
    }
    switch (type) {
      case 0xc0:
        out.ascii('null');
        return;
      case 0xc2:
        out.ascii('false');
        return;
      case 0xc3:
        out.ascii('true');
        return;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        this.#bytes(this.#unsigned(1 << (type - 0xc4)));
        return;
      case 0xca:
        writeFloat(this.#out, this.#data.readFloatBE(this.#take(4)));
        return;
      case 0xcb:
        writeFloat(this.#out, this.#data.readDoubleBE(this.#take(8)));
        return;
      case 0xcc:
      case 0xcd:
      case 0xce:
        out.ascii(String(this.#unsigned(1 << (type - 0xcc))));
        return;
      case 0xcf:
        out.ascii(String(this.#data.readBigUInt64BE(this.#take(8))));
        return;
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const width = 1 << (type - 0xd0);
        out.ascii(String(this.#data.readIntBE(this.#take(width), width)));
        return;
      }
      case 0xd3:
        out.ascii(String(this.#data.readBigInt64BE(this.#take(8))));
        return;
      case 0xd9:
      case 0xda:
      case 0xdb:
        this.#text(this.#unsigned(1 << (type - 0xd9)));
        return;
      case 0xdc:
      case 0xdd:
        this.#array(this.#unsigned(type === 0xdc ? 2 : 4), depth);
        return;
      case 0xde:
      case 0xdf:
        this.#map(this.#unsigned(type === 0xde ? 2 : 4), depth);
        return;
      case 0xc1:
        throw new UnfitRecordError('not MessagePack: byte c1 is not used');
      default:
        throw new UnfitRecordError('an extension type of MessagePack has no counterpart in JSON');
    }
  }

  #array(count: number, depth: number): void {
    this.#assertShallow(depth);
    this.#out.byte(0x5b);
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#out.byte(0x2c);
      this.#value(depth + 1);
    }
    this.#out.byte(0x5d);
  }

  #map(count: number, depth: number): void {
    this.#assertShallow(depth);
    this.#out.byte(0x7b);
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#out.byte(0x2c);
      this.#key(depth);
      this.#out.byte(0x3a);
      this.#value(depth + 1);
    }
    this.#out.byte(0x7d);
  }

  /** JSON has texts as keys: numbers become their digits. */
  #key(depth: number): void {
    const type = this.#data[this.#at] ?? 0;
    const isText = (type >= 0xa0 && type < 0xc0) || (type >= 0xd9 && type <= 0xdb) || (type >= 0xc4 && type <= 0xc6);
    if (isText) {
      this.#value(depth);
      return;
    }
    const isInteger = type < 0x80 || type >= 0xe0 || (type >= 0xcc && type <= 0xd3);
    if (!isInteger) throw new UnfitRecordError('a key of a map is neither text nor an integer');
    this.#out.byte(0x22);
    this.#value(depth);
    this.#out.byte(0x22);
  }

  #text(length: number): void {
    const at = this.#take(length);
    writeTextString(this.#out, this.#data, at, at + length);
  }

  #bytes(length: number): void {
    const at = this.#take(length);
    writeByteString(this.#out, this.#data, at, at + length);
  }

  #unsigned(width: number): number {
    return this.#data.readUIntBE(this.#take(width), width);
  }

  /** @returns where so many bytes begin */
  #take(length: number): number {
    const at = this.#at;
    if (this.#end - at < length) throw new UnfitRecordError('the MessagePack value is cut off');
    this.#at = at + length;
    return at;
  }

  #assertShallow(depth: number): void {
    if (depth >= DEPTH_LIMIT) throw new UnfitRecordError(`nested deeper than ${DEPTH_LIMIT} levels`);
  }
}
