import { isUtf8 } from 'node:buffer';
import type { RecordForm, Records } from '../../core/records.ts';
import { REJECT_TEXT_LIMIT } from '../../core/records.ts';
import { IS_BYTES, IS_LATIN1, LIST, RAW, STRING } from './r-serialize/format.ts';
import { columnCount, JsonWriter, rowCount, UnfitForJsonError } from './r-serialize/to-json.ts';
import type { RValue } from './r-serialize/value.ts';

export interface WrittenRecords {
  readonly records: Records;
  readonly rejected: readonly Unwritten[];
}

interface Unwritten {
  /** Position of the value among those emitted. */
  readonly place: number;
  readonly text: string;
  readonly reason: string;
}

/**
 * Writes emitted values, a list or a vector of scalars, as records of a form. Those that the form cannot hold are rejected.
 * @param places gets, for each record, the position of its value among those emitted; null: nobody asks
 */
export function writeOutputs(values: RValue, form: RecordForm, places: number[] | null): WrittenRecords {
  return form === 'json' ? writeJsonOutputs(values, places) : writeByteOutputs(values, form, places);
}

const NEWLINE = 10;

/** Writes a list of record sets: the rows of data frames and matrices, the elements of vectors and of matrices with one column. */
export function writeRecordSets(values: RValue, form: RecordForm): WrittenRecords & { readonly sets: number[] } {
  const parts = Array.from({ length: values.length }, (_, index) => {
    const set = values.item(index);
    return form === 'json' ? writeJsonSet(set, index) : writeByteSet(set, form, index);
  });
  const lengths = parts.flatMap(({ records }) => [...(records.lengths ?? [])]);
  return {
    records: {
      form,
      count: parts.reduce((sum, { records }) => sum + records.count, 0),
      data: Buffer.concat(parts.map(({ records }) => records.data)),
      lengths: form === 'json' ? null : Uint32Array.from(lengths),
    },
    rejected: parts.flatMap(({ rejected }) => rejected),
    sets: parts.map(({ records }) => records.count),
  };
}

function writeJsonSet(set: RValue, place: number): WrittenRecords {
  const isFlat = isColumn(set);
  const count = isFlat ? set.length : rowCount(set);
  return writeJson(set.bytes.length, null, (add) => {
    for (let row = 0; row < count; row++) add(place, (to) => (isFlat ? to.element(set, row) : to.row(set, row)));
  });
}

function writeByteSet(set: RValue, form: 'text' | 'bytes', place: number): WrittenRecords {
  const parts: Buffer[] = [];
  const rejected: Unwritten[] = [];
  const isFlat = isColumn(set);
  const count = isFlat ? set.length : rowCount(set);
  for (let row = 0; row < count; row++) {
    const isItem = isFlat && set.type === LIST;
    const part = isItem
      ? contentOf(set.item(row), 0, set.item(row).length, form)
      : isFlat
        ? contentOf(set, row, 1, form)
        : null;
    if (part !== null) parts.push(part);
    else
      rejected.push({
        place,
        text: inWords((to) => (isFlat ? to.element(set, row) : to.row(set, row))),
        reason: NOT_FIT[form],
      });
  }
  const lengths = Uint32Array.from(parts, (part) => part.length);
  return { records: { form, count: parts.length, data: Buffer.concat(parts), lengths }, rejected };
}

/** Vectors, and matrices with one column. */
const isColumn = (set: RValue): boolean => !set.inherits('data.frame') && Math.abs(columnCount(set)) === 1;

function writeJsonOutputs(values: RValue, places: number[] | null): WrittenRecords {
  return writeJson(values.bytes.length, places, (add) => {
    const isList = values.type === LIST;
    for (let index = 0; index < values.length; index++) {
      const value = isList ? values.item(index) : values;
      if (!isList) add(index, (to) => to.row(value, index));
      else if (!value.inherits('data.frame')) add(index, (to) => to.write(value));
      // A data frame on a slot without record sets is its rows, as in Python.
      else for (let row = 0; row < rowCount(value); row++) add(index, (to) => to.row(value, row));
    }
  });
}

type Add = (place: number, write: (writer: JsonWriter) => void) => void;

function writeJson(size: number, places: number[] | null, writeAll: (add: Add) => void): WrittenRecords {
  const writer = new JsonWriter((size >> 1) + 64);
  const rejected: Unwritten[] = [];
  let count = 0;
  const add: Add = (place, write) => {
    const start = writer.sink.at;
    try {
      write(writer);
      writer.sink.byte(NEWLINE);
      count += 1;
      places?.push(place);
    } catch (error) {
      if (!(error instanceof UnfitForJsonError)) throw error;
      writer.sink.at = start;
      rejected.push({ place, text: inWords(write), reason: error.message });
    }
  };
  writeAll(add);
  return { records: { form: 'json', count, data: writer.sink.bytes(), lengths: null }, rejected };
}

function inWords(write: (writer: JsonWriter) => void): string {
  const writer = new JsonWriter(64, { strict: false });
  write(writer);
  return writer.sink.bytes().toString().slice(0, REJECT_TEXT_LIMIT);
}

function writeByteOutputs(values: RValue, form: 'text' | 'bytes', places: number[] | null): WrittenRecords {
  const parts: Buffer[] = [];
  const rejected: Unwritten[] = [];
  const isList = values.type === LIST;
  for (let index = 0; index < values.length; index++) {
    const value = isList ? values.item(index) : values;
    const part = contentOf(value, isList ? 0 : index, isList ? value.length : 1, form);
    if (part !== null) {
      parts.push(part);
      places?.push(index);
    } else
      rejected.push({
        place: index,
        text: inWords((to) => (isList ? to.write(value) : to.row(value, index))),
        reason: NOT_FIT[form],
      });
  }
  const data = Buffer.concat(parts);
  const lengths = Uint32Array.from(parts, (part) => part.length);
  return { records: { form, count: parts.length, data, lengths }, rejected };
}

const NOT_FIT = {
  text: 'a stream of text takes one string in UTF-8 at a time',
  bytes: 'a stream of bytes takes a raw vector or one string at a time',
};

/** The bytes of a string or raw vector as a record; null when it cannot be one. */
function contentOf(value: RValue, index: number, length: number, form: 'text' | 'bytes'): Buffer | null {
  const { bytes, at } = value;
  if (value.type === RAW && form === 'bytes') return bytes.subarray(at, at + value.length);
  if (value.type !== STRING || length !== 1 || value.isNa(index)) return null;
  const offset = value.offset(index);
  const flags = bytes.readInt32LE(offset);
  const content = bytes.subarray(offset + 8, offset + 8 + bytes.readInt32LE(offset + 4));
  if (flags & IS_LATIN1) return Buffer.from(content.toString('latin1'));
  return form === 'bytes' || (!(flags & IS_BYTES) && isUtf8(content)) ? content : null;
}
