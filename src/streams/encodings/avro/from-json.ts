import { compileCheck } from '../../../schema/compile-check.ts';
import { FieldPlaces } from '../../../schema/field-places.ts';
import {
  hasEscape,
  MINUS,
  skipNumber,
  skipSpace,
  skipString,
  skipValue,
  stringAt,
  walkList,
  walkMap,
} from '../../../schema/json-walk.ts';
import type { SchemaType } from '../../../schema/schema-type.ts';
import { ByteWriter } from '../../../util/byte-writer.ts';
import { UnfitRecordError } from '../../unfit-record.ts';
import { numberAt } from '../number-at.ts';
import { compileBranchFinder } from './union-branch.ts';
import { writeVarint, writeVarintText } from './varint.ts';

/** Writes the JSON value at a place and returns the place behind it. */
type Write = (data: Buffer, at: number, out: ByteWriter) => number;

/**
 * A writer of JSON values of a schema as Avro data, straight from text to bytes: longs keep every digit. Missing fields
 * get their defaults, values of unions may be tagged or plain. What does not fit is refused, as `compileCheck` does.
 */
export function compileAvroWriter(type: SchemaType): (data: Buffer, start: number, out: ByteWriter) => void {
  const check = compileCheck(type);
  const write = writerOf(type, new Map());
  return (data, start, out) => {
    const at = skipSpace(data, start);
    if (check(data, at) === -1) throw new UnfitRecordError('does not fit the schema');
    write(data, at, out);
  };
}

/** The functions trust that the value fits: that has been checked. */
function writerOf(type: SchemaType, known: Map<SchemaType, Write>): Write {
  const found = known.get(type);
  if (found !== undefined) return found;
  // Registered before it is made: it may lead back to itself.
  let write: Write | null = null;
  known.set(type, (data, at, out) => write!(data, at, out));
  write = makeWriter(type, known);
  known.set(type, write);
  return write;
}

function makeWriter(type: SchemaType, known: Map<SchemaType, Write>): Write {
  switch (type.kind) {
    case 'null':
      return (data, at) => skipValue(data, at);
    case 'boolean':
      return (data, at, out) => {
        out.byte(data[at] === 0x74 ? 1 : 0);
        return skipValue(data, at);
      };
    case 'int':
    case 'long':
      return writeInteger;
    case 'float':
    case 'double':
      return (data, at, out) => writeFloat(data, at, type.kind === 'float', out);
    case 'string':
      return writeString;
    case 'bytes':
    case 'fixed':
      return (data, at, out) => {
        const end = skipString(data, at);
        const bytes = Buffer.from(stringAt(data, at, end), 'latin1');
        if (type.kind === 'bytes') writeVarint(out, bytes.length);
        out.copy(bytes, 0, bytes.length);
        return end;
      };
    case 'enum':
      return (data, at, out) => {
        const end = skipString(data, at);
        writeVarint(out, type.symbols.indexOf(stringAt(data, at, end)));
        return end;
      };
    case 'array': {
      const items = writerOf(type.items, known);
      return (data, at, out) => {
        const count = countItems(data, at);
        if (count > 0) writeVarint(out, count);
        const end = walkList(data, at, (_, item) => items(data, item, out));
        out.byte(0);
        return end;
      };
    }
    case 'map': {
      const values = writerOf(type.values, known);
      return (data, at, out) => {
        const count = countMembers(data, at);
        if (count > 0) writeVarint(out, count);
        const end = walkMap(data, at, (_, keyStart, _keyEnd, value) => {
          writeString(data, keyStart, out);
          return values(data, value, out);
        });
        out.byte(0);
        return end;
      };
    }
    case 'union':
      return unionWriter(type.branches, known);
    case 'record':
      return recordWriter(type, known);
  }
}

function writeInteger(data: Buffer, at: number, out: ByteWriter): number {
  const end = skipNumber(data, at);
  const start = data[at] === MINUS ? at + 1 : at;
  if (end - start > SAFE_DIGITS) {
    writeVarintText(out, data.toString('latin1', at, end));
    return end;
  }
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + data[i]! - 0x30;
  writeVarint(out, start > at ? -value : value);
  return end;
}

/** So many digits are well within what `writeVarint` takes. */
const SAFE_DIGITS = 14;

function writeFloat(data: Buffer, at: number, isSingle: boolean, out: ByteWriter): number {
  const end = skipNumber(data, at);
  const number = numberAt(data, at, end);
  const value = isSingle ? Math.fround(number) : number;
  if (!Number.isFinite(value)) {
    const text = data.toString('latin1', at, end);
    throw new UnfitRecordError(`${text} is too large for a ${isSingle ? 'float' : 'double'}`);
  }
  if (isSingle) out.floatLE(value);
  else out.doubleLE(value);
  return end;
}

function writeString(data: Buffer, at: number, out: ByteWriter): number {
  const end = skipString(data, at);
  if (hasEscape(data, at, end)) {
    const text = Buffer.from(stringAt(data, at, end));
    writeVarint(out, text.length);
    out.copy(text, 0, text.length);
  } else {
    writeVarint(out, end - at - 2);
    out.copy(data, at + 1, end - 1);
  }
  return end;
}

function unionWriter(branches: readonly SchemaType[], known: Map<SchemaType, Write>): Write {
  const findBranch = compileBranchFinder(branches);
  const writers = branches.map((branch) => writerOf(branch, known));
  return (data, at, out) => {
    const { branch, at: value, end } = findBranch(data, at);
    writeVarint(out, branch);
    const valueEnd = writers[branch]!(data, value, out);
    return end === -1 ? valueEnd : end;
  };
}

/** Where the values of fields are, one range per record that is open; writing never waits, so all share it. */
let places = new Int32Array(1024);
let placesEnd = 0;

function growPlaces(): void {
  const larger = new Int32Array(Math.max(places.length * 2, placesEnd));
  larger.set(places);
  places = larger;
}

/** Members may come in any order: where each value is, is found first. */
function recordWriter(type: Extract<SchemaType, { kind: 'record' }>, known: Map<SchemaType, Write>): Write {
  const { fields } = type;
  const finder = new FieldPlaces(type);
  const writers = fields.map((field) => writerOf(field.type, known));
  let defaults: (Buffer | null)[] | null = null;
  return (data, at, out) => {
    const base = placesEnd;
    placesEnd += fields.length;
    if (placesEnd > places.length) growPlaces();
    const end = finder.find(data, at, places, base);
    for (let i = 0; i < fields.length; i++) {
      const place = places[base + i]!;
      if (place !== -1) {
        writers[i]!(data, place, out);
      } else {
        defaults ??= fields.map(({ defaultText }, index) => encodeDefault(defaultText, writers[index]!));
        const bytes = defaults[i]!;
        out.copy(bytes, 0, bytes!.length);
      }
    }
    placesEnd = base;
    return end;
  };
}

function encodeDefault(text: string | null, write: Write): Buffer | null {
  if (text === null) return null;
  const out = new ByteWriter(64);
  write(Buffer.from(`${text}\n`), 0, out);
  return out.data;
}

function countItems(data: Buffer, at: number): number {
  let count = 0;
  walkList(data, at, (_, item) => {
    count += 1;
    return skipValue(data, item);
  });
  return count;
}

function countMembers(data: Buffer, at: number): number {
  let count = 0;
  walkMap(data, at, (_, _keyStart, _keyEnd, value) => {
    count += 1;
    return skipValue(data, value);
  });
  return count;
}
