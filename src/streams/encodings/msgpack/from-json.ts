import type { WalkMember } from '../../../schema/json-walk.ts';
import {
  hasEscape,
  OPEN_LIST,
  OPEN_MAP,
  QUOTE,
  skipInteger,
  skipNumber,
  skipSpace,
  skipString,
  skipValue,
  stringAt,
  walkList,
  walkMap,
} from '../../../schema/json-walk.ts';
import type { SchemaType } from '../../../schema/schema-type.ts';
import type { ByteWriter } from '../../../util/byte-writer.ts';
import { UnfitRecordError } from '../../unfit-record.ts';
import { numberAt } from '../number-at.ts';

const INVALID = 'not valid JSON';

/**
 * Writes the JSON text of a record as MessagePack, numbers in their shortest exact form. A schema tells bytes from text and
 * floats from integers; without one a number is an integer when it is written as one.
 * @throws UnfitRecordError
 */
export function jsonToMsgpack(data: Buffer, start: number, schema: SchemaType | null, out: ByteWriter): void {
  if (writeValue(data, skipSpace(data, start), schema, out) === -1) throw new UnfitRecordError(INVALID);
}

/** @returns the end of the value, -1 when there is none */
function writeValue(data: Buffer, at: number, schema: SchemaType | null, out: ByteWriter): number {
  switch (data[at]) {
    case QUOTE:
      return writeString(data, at, schema, out);
    case OPEN_MAP:
      return writeMap(data, at, schema, out);
    case OPEN_LIST:
      return writeArray(data, at, schema, out);
    case 0x74:
      out.byte(0xc3);
      return skipValue(data, at);
    case 0x66:
      out.byte(0xc2);
      return skipValue(data, at);
    case 0x6e:
      out.byte(0xc0);
      return skipValue(data, at);
    default:
      return writeNumber(data, at, schema, out);
  }
}

function writeArray(data: Buffer, at: number, schema: SchemaType | null, out: ByteWriter): number {
  const items = branchOf(schema, 'array')?.items ?? null;
  const from = out.size;
  out.byte(0x90);
  let count = 0;
  const end = walkList(data, at, (_, item) => {
    count += 1;
    return writeValue(data, item, items, out);
  });
  setCount(out, from, count, { fix: 0x90, wide: 0xdc });
  return end;
}

function writeMap(data: Buffer, at: number, schema: SchemaType | null, out: ByteWriter): number {
  const typeOf = memberTypes(schema);
  const from = out.size;
  out.byte(0x80);
  let count = 0;
  const member: WalkMember = (_, keyStart, keyEnd, value) => {
    count += 1;
    writeString(data, keyStart, null, out);
    return writeValue(data, value, typeOf === null ? null : typeOf(stringAt(data, keyStart, keyEnd)), out);
  };
  const end = walkMap(data, at, member);
  setCount(out, from, count, { fix: 0x80, wide: 0xde });
  return end;
}

function memberTypes(schema: SchemaType | null): ((name: string) => SchemaType | null) | null {
  const record = branchOf(schema, 'record');
  if (record !== null) return (name) => record.fields.find((field) => field.name === name)?.type ?? null;
  const map = branchOf(schema, 'map');
  if (map !== null) return () => map.values;
  return null;
}

/** The type itself, or the one branch of a union, of this kind. */
function branchOf<Kind extends SchemaType['kind']>(
  schema: SchemaType | null,
  kind: Kind,
): Extract<SchemaType, { kind: Kind }> | null {
  if (schema === null) return null;
  const candidates = schema.kind === 'union' ? schema.branches : [schema];
  const found = candidates.filter((type) => type.kind === kind);
  return found.length === 1 ? (found[0] as Extract<SchemaType, { kind: Kind }>) : null;
}

/** The count is known when all is written: few items have it in the byte that has been kept for it. */
function setCount(out: ByteWriter, from: number, count: number, { fix, wide }: { fix: number; wide: number }): void {
  if (count < 16) {
    out.set(from, fix | count);
    return;
  }
  const width = count < 0x10000 ? 2 : 4;
  out.insert(from, width);
  const { data } = out;
  data[from] = width === 2 ? wide : wide + 1;
  data.writeUIntBE(count, from + 1, width);
}

function writeString(data: Buffer, at: number, schema: SchemaType | null, out: ByteWriter): number {
  const end = skipString(data, at);
  if (end === -1) return -1;
  if (isBytes(schema)) {
    const bytes = Buffer.from(stringAt(data, at, end), 'latin1');
    writeLength(out, bytes.length, { fix: null, one: 0xc4 });
    out.copy(bytes, 0, bytes.length);
  } else if (hasEscape(data, at, end)) {
    const text = Buffer.from(stringAt(data, at, end));
    writeLength(out, text.length, { fix: 0xa0, one: 0xd9 });
    out.copy(text, 0, text.length);
  } else {
    writeLength(out, end - at - 2, { fix: 0xa0, one: 0xd9 });
    out.copy(data, at + 1, end - 1);
  }
  return end;
}

/** Whether a string stands for bytes: there is nothing else in the schema that it could be. */
function isBytes(schema: SchemaType | null): boolean {
  if (schema === null) return false;
  const candidates = schema.kind === 'union' ? schema.branches : [schema];
  const kinds = candidates.map(({ kind }) => kind);
  return (kinds.includes('bytes') || kinds.includes('fixed')) && !kinds.includes('string') && !kinds.includes('enum');
}

function writeLength(out: ByteWriter, length: number, { fix, one }: { fix: number | null; one: number }): void {
  if (fix !== null && length < 32) {
    out.byte(fix | length);
    return;
  }
  const [step, width] = length < 0x100 ? [0, 1] : length < 0x10000 ? [1, 2] : [2, 4];
  out.byte(one + step);
  out.uintBE(length, width);
}

function writeNumber(data: Buffer, at: number, schema: SchemaType | null, out: ByteWriter): number {
  const end = skipNumber(data, at);
  if (end === -1) return -1;
  if (skipInteger(data, at) === -1 || isFloat(schema)) {
    const value = numberAt(data, at, end);
    if (!Number.isFinite(value)) {
      throw new UnfitRecordError(`${data.toString('latin1', at, end)} is too large for a double`);
    }
    out.byte(0xcb);
    out.doubleBE(value);
  } else if (end - at < 16) {
    writeInteger(numberAt(data, at, end), out);
  } else {
    writeLong(BigInt(data.toString('latin1', at, end)), out);
  }
  return end;
}

function isFloat(schema: SchemaType | null): boolean {
  if (schema === null) return false;
  const candidates = schema.kind === 'union' ? schema.branches : [schema];
  const kinds = candidates.map(({ kind }) => kind);
  return (kinds.includes('double') || kinds.includes('float')) && !kinds.includes('int') && !kinds.includes('long');
}

function writeInteger(value: number, out: ByteWriter): void {
  if (value >= -32 && value < 128) {
    out.byte(value & 0xff);
  } else if (value >= 0 && value < 2 ** 32) {
    const [type, width] = value < 0x100 ? [0xcc, 1] : value < 0x10000 ? [0xcd, 2] : [0xce, 4];
    out.byte(type);
    out.uintBE(value, width);
  } else if (value < 0 && value >= -(2 ** 31)) {
    const [type, width] = value >= -0x80 ? [0xd0, 1] : value >= -0x8000 ? [0xd1, 2] : [0xd2, 4];
    out.byte(type);
    out.intBE(value, width);
  } else {
    writeLong(BigInt(value), out);
  }
}

function writeLong(value: bigint, out: ByteWriter): void {
  if (value >= 2n ** 64n || value < -(2n ** 63n)) {
    throw new UnfitRecordError(`${value} does not fit the 64 bits that integers have in MessagePack`);
  }
  out.byte(value < 0n ? 0xd3 : 0xcf);
  out.bigUint64BE(BigInt.asUintN(64, value));
}
