import type { SchemaType } from '../../../schema/schema-type.ts';
import type { ByteWriter } from '../../../util/byte-writer.ts';
import { writeFloat } from '../../json-float.ts';
import { writeByteString, writeTextString } from '../../json-strings.ts';
import { UnfitRecordError } from '../../unfit-record.ts';
import { varintEnd, varintNumber, varintText } from './varint.ts';

/** As deep as JSON is read. */
const DEPTH_LIMIT = 500;

/**
 * Writes the Avro datum at `at` as JSON: longs with every digit, floats as floats (`2.0`), bytes as text with one
 * character per byte, values of unions without a tag.
 * @returns the end of the datum
 * @throws UnfitRecordError
 */
export function avroToJson(type: SchemaType, data: Buffer, at: number, end: number, out: ByteWriter): number {
  return new Reader(data, at, end, out).read(type);
}

class Reader {
  readonly #data: Buffer;
  readonly #end: number;
  readonly #out: ByteWriter;
  readonly #outStart: number;
  #at: number;
  #depth = 0;

  constructor(data: Buffer, at: number, end: number, out: ByteWriter) {
    this.#data = data;
    this.#at = at;
    this.#end = end;
    this.#out = out;
    this.#outStart = out.size;
  }

  read(type: SchemaType): number {
    this.#value(type);
    return this.#at;
  }

  #value(type: SchemaType): void {
    const out = this.#out;
    switch (type.kind) {
      case 'null':
        out.ascii('null');
        return;
      case 'boolean':
        this.#boolean();
        return;
      case 'int':
      case 'long': {
        const at = this.#at;
        out.ascii(varintText(this.#data, at, this.#varintEnd()));
        return;
      }
      case 'float':
        writeFloat(this.#out, this.#data.readFloatLE(this.#take(4)));
        return;
      case 'double':
        writeFloat(this.#out, this.#data.readDoubleLE(this.#take(8)));
        return;
      case 'string':
        this.#text();
        return;
      case 'bytes':
        this.#bytes(this.#length());
        return;
      case 'fixed':
        this.#bytes(type.size);
        return;
      case 'enum': {
        const symbol = type.symbols[this.#number()];
        if (symbol === undefined) throw new UnfitRecordError('an index of an enum is beyond its symbols');
        out.ascii(`"${symbol}"`);
        return;
      }
      case 'union': {
        const branch = type.branches[this.#number()];
        if (branch === undefined) throw new UnfitRecordError('an index of a union is beyond its types');
        this.#value(branch);
        return;
      }
      default:
        this.#container(type);
        return;
    }
  }

  #container(type: Extract<SchemaType, { kind: 'record' | 'array' | 'map' }>): void {
    this.#depth += 1;
    if (this.#depth > DEPTH_LIMIT) throw new UnfitRecordError(`nested deeper than ${DEPTH_LIMIT} levels`);
    if (type.kind === 'record') this.#record(type);
    else if (type.kind === 'array') this.#array(type.items);
    else this.#map(type.values);
    this.#depth -= 1;
  }

  #record({ fields }: Extract<SchemaType, { kind: 'record' }>): void {
    const out = this.#out;
    out.byte(0x7b);
    for (let i = 0; i < fields.length; i++) {
      const { name, type } = fields[i]!;
      if (i > 0) out.byte(0x2c);
      out.byte(0x22);
      out.ascii(name);
      out.byte(0x22);
      out.byte(0x3a);
      this.#value(type);
    }
    out.byte(0x7d);
  }

  #array(items: SchemaType): void {
    this.#out.byte(0x5b);
    let first = true;
    for (let count = this.#blockCount(); count > 0; count = this.#blockCount()) {
      for (let i = 0; i < count; i++) {
        if (!first) this.#out.byte(0x2c);
        first = false;
        this.#item(items);
      }
    }
    this.#out.byte(0x5d);
  }

  #map(values: SchemaType): void {
    this.#out.byte(0x7b);
    let first = true;
    for (let count = this.#blockCount(); count > 0; count = this.#blockCount()) {
      for (let i = 0; i < count; i++) {
        if (!first) this.#out.byte(0x2c);
        first = false;
        this.#text();
        this.#out.byte(0x3a);
        this.#value(values);
      }
    }
    this.#out.byte(0x7d);
  }

  /** Items that take no bytes could be there in any number: a short record must not fill the memory. */
  #item(items: SchemaType): void {
    const before = this.#at;
    this.#value(items);
    if (this.#at === before && this.#out.size - this.#outStart > EMPTY_ITEMS_LIMIT) {
      throw new UnfitRecordError('an array has too many items of no size');
    }
  }

  /** A negative count is followed by the size of the block, which is of no use here. */
  #blockCount(): number {
    const count = this.#number();
    if (count >= 0) return count;
    this.#number();
    return -count;
  }

  #boolean(): void {
    const byte = this.#data[this.#take(1)];
    if (byte !== 0 && byte !== 1) throw new UnfitRecordError('a boolean is neither 0 nor 1');
    this.#out.ascii(byte === 1 ? 'true' : 'false');
  }

  #text(): void {
    const length = this.#length();
    const at = this.#take(length);
    writeTextString(this.#out, this.#data, at, at + length);
  }

  #bytes(length: number): void {
    const at = this.#take(length);
    writeByteString(this.#out, this.#data, at, at + length);
  }

  #length(): number {
    const length = this.#number();
    if (length < 0) throw new UnfitRecordError('a length is negative');
    return length;
  }

  #number(): number {
    const at = this.#at;
    return varintNumber(this.#data, at, this.#varintEnd());
  }

  /** Passes an integer. @returns where it ends */
  #varintEnd(): number {
    const end = varintEnd(this.#data, this.#at);
    if (end === -2) throw new UnfitRecordError('an integer has more than 64 bits');
    if (end === -1 || end > this.#end) throw cutOff();
    this.#at = end;
    return end;
  }

  /** @returns where so many bytes begin */
  #take(length: number): number {
    const at = this.#at;
    if (this.#end - at < length) throw cutOff();
    this.#at = at + length;
    return at;
  }
}

const EMPTY_ITEMS_LIMIT = 64 * 1024 * 1024;

function cutOff(): UnfitRecordError {
  return new UnfitRecordError('the Avro datum is cut off');
}
