import { skipInteger, skipNumber, skipValue } from '../../../schema/json-walk.ts';
import type { RecordType, SchemaType } from '../../../schema/schema-type.ts';
import type { ByteWriter } from '../../../util/byte-writer.ts';
import { writeTextString } from '../../json-strings.ts';
import type { CsvRow } from './row.ts';
import { DOUBLED, PLAIN } from './row.ts';

/** Writes a cell as JSON; false when its text is not of the type. */
type WriteCell = (data: Buffer, row: CsvRow, index: number, out: ByteWriter) => boolean;

/** Writes a row as a JSON object, whose cells are read as the types of the fields say. */
export type WriteRow = (data: Buffer, row: CsvRow, out: ByteWriter) => void;

/**
 * A cell that is not of its field's type is written as a string: the schema then refuses the record and tells why.
 */
export function rowWriter(schema: RecordType): WriteRow {
  return writerOf(schema.fields.map(({ name, type }) => [name, cellWriter(type)]));
}

/** Without a schema every cell is text. */
export function textRowWriter(names: readonly string[]): WriteRow {
  return writerOf(names.map((name) => [name, writeText]));
}

function writerOf(columns: readonly (readonly [string, WriteCell])[]): WriteRow {
  const keys = columns.map(([name], index) => Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`));
  const writers = columns.map(([, write]) => write);
  return (data, row, out) => {
    for (let i = 0; i < keys.length; i++) {
      out.copy(keys[i]!, 0, keys[i]!.length);
      if (!writers[i]!(data, row, i, out)) writeText(data, row, i, out);
    }
    if (keys.length === 0) out.byte(0x7b);
    out.byte(0x7d);
  };
}

function cellWriter(type: SchemaType): WriteCell {
  switch (type.kind) {
    case 'null':
      return writeNull;
    case 'boolean':
      return writeBoolean;
    case 'int':
    case 'long':
      return writeInteger;
    case 'float':
    case 'double':
      return writeNumber;
    case 'union':
      return unionWriter(type.branches);
    case 'array':
    case 'map':
    case 'record':
      return writeNested;
    default:
      return writeText;
  }
}

/** The first type that the cell is of; an empty cell is null where that is allowed. */
function unionWriter(branches: readonly SchemaType[]): WriteCell {
  const writers = branches.map(cellWriter);
  const hasNull = branches.some(({ kind }) => kind === 'null');
  return (data, row, index, out) => {
    if (hasNull && writeNull(data, row, index, out)) return true;
    return writers.some((write) => write(data, row, index, out));
  };
}

const writeNull: WriteCell = (_, row, index, out) => {
  if (row.kind(index) !== PLAIN || row.start(index) !== row.end(index)) return false;
  out.ascii('null');
  return true;
};

const writeBoolean: WriteCell = (_, row, index, out) => {
  const text = row.text(index).trim().toLowerCase();
  if (text !== 'true' && text !== 'false') return false;
  out.ascii(text);
  return true;
};

const writeInteger: WriteCell = (data, row, index, out) => {
  const [start, end] = [row.start(index), row.end(index)];
  if (skipInteger(data, start) === end) {
    out.copy(data, start, end);
    return true;
  }
  const parts = /^([+-]?)0*(\d+)$/.exec(row.text(index).trim());
  if (parts === null) return false;
  out.ascii(`${parts[1] === '-' ? '-' : ''}${parts[2]}`);
  return true;
};

const writeNumber: WriteCell = (data, row, index, out) => {
  const [start, end] = [row.start(index), row.end(index)];
  if (skipNumber(data, start) === end) {
    out.copy(data, start, end);
    return true;
  }
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(row.text(index).trim());
  const [, sign, whole = '', fraction = '', exponent = ''] = parts ?? [];
  if (parts === null || whole + fraction === '') return false;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  out.ascii(`${sign === '-' ? '-' : ''}${digits}${fraction === '' ? '' : `.${fraction}`}${exponent}`);
  return true;
};

/** Lists, maps and records stand in a cell as JSON. */
const writeNested: WriteCell = (_, row, index, out) => {
  const text = Buffer.from(`${row.text(index).trim().replaceAll('\n', ' ')}\n`);
  if (skipValue(text, 0) !== text.length - 1) return false;
  out.copy(text, 0, text.length - 1);
  return true;
};

const writeText: WriteCell = (data, row, index, out) => {
  if (row.kind(index) === DOUBLED) {
    const text = Buffer.from(row.text(index));
    writeTextString(out, text, 0, text.length);
  } else {
    writeTextString(out, data, row.start(index), row.end(index));
  }
  return true;
};
