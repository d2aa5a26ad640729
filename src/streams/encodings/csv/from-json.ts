import { OPEN_MAP, QUOTE, skipSpace, skipString, skipValue, stringAt, walkMap } from '../../../schema/json-walk.ts';
import type { RecordType, SchemaType } from '../../../schema/schema-type.ts';
import { branchTags } from '../../../schema/schema-type.ts';
import type { ByteWriter } from '../../../util/byte-writer.ts';
import { UnfitRecordError } from '../../unfit-record.ts';
import type { CsvDialect } from './dialect.ts';

/** A writer of JSON objects as rows of CSV, the cells in the order of the fields of the schema. */
export function compileCsvWriter(
  { fields }: RecordType,
  dialect: CsvDialect,
): (data: Buffer, start: number, out: ByteWriter) => void {
  const indexOf = new Map(fields.map(({ name }, index) => [name, index]));
  const quoting = new Quoting(dialect);
  const defaults = fields.map(({ defaultText }) => (defaultText === null ? null : Buffer.from(`${defaultText}\n`)));
  const places = new Int32Array(fields.length);
  return (data, start, out) => {
    places.fill(-1);
    const end = walkMap(data, skipSpace(data, start), (_, keyStart, keyEnd, value) => {
      const index = indexOf.get(stringAt(data, keyStart, keyEnd));
      if (index !== undefined) places[index] = value;
      return skipValue(data, value);
    });
    if (end === -1) throw new UnfitRecordError('not a JSON object');
    for (let i = 0; i < fields.length; i++) {
      if (i > 0) out.copy(dialect.delimiter, 0, dialect.delimiter.length);
      const { name, type } = fields[i]!;
      const place = places[i]!;
      if (place !== -1) writeCell(data, place, { type, quoting, out });
      else if (defaults[i] != null) writeCell(defaults[i]!, 0, { type, quoting, out });
      else throw new UnfitRecordError(`Field '${name}' missing`);
    }
  };
}

/** A row of texts, as the header of a file. */
export function textRow(texts: readonly string[], dialect: CsvDialect): Buffer {
  const quoting = new Quoting(dialect);
  return Buffer.from(texts.map((text) => quoting.quoted(text, false)).join(dialect.delimiter.toString()));
}

function writeCell(
  data: Buffer,
  at: number,
  { type, quoting, out }: { type: SchemaType; quoting: Quoting; out: ByteWriter },
): void {
  const place = type.kind === 'union' ? untagged(data, at, type.branches) : at;
  const end = skipValue(data, place);
  if (data[place] === QUOTE) {
    const mayBeNull = type.kind === 'union' && type.branches.some(({ kind }) => kind === 'null');
    out.utf8(quoting.quoted(stringAt(data, place, end), mayBeNull));
  } else if (data[place] === 0x6e) {
    // null is an empty cell.
  } else {
    out.utf8(quoting.quoted(data.toString('utf8', place, end), false));
  }
}

/** Where the value is in a union value that may be tagged. */
function untagged(data: Buffer, at: number, branches: readonly SchemaType[]): number {
  if (data[at] !== OPEN_MAP) return at;
  const keyStart = skipSpace(data, at + 1);
  const keyEnd = skipString(data, keyStart);
  if (keyEnd === -1) return at;
  const tag = stringAt(data, keyStart, keyEnd);
  if (!branches.some((branch) => branchTags(branch).includes(tag))) return at;
  return skipSpace(data, skipSpace(data, keyEnd) + 1);
}

class Quoting {
  readonly #quote: string;
  readonly #delimiter: string;

  constructor({ quote, delimiter }: CsvDialect) {
    this.#quote = quote.toString();
    this.#delimiter = delimiter.toString();
  }

  /** @param isNullEmpty an empty cell would be null: an empty text needs quotes */
  quoted(text: string, isNullEmpty: boolean): string {
    const quote = this.#quote;
    const isPlain = !(text.includes(quote) || text.includes(this.#delimiter) || /[\r\n\ufeff]|^\s|\s$/.test(text));
    if (text === '' ? !isNullEmpty : isPlain) return text;
    return quote + text.replaceAll(quote, quote + quote) + quote;
  }
}
