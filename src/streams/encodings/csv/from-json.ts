import { FieldPlaces } from '../../../schema/field-places.ts';
import { OPEN_LIST, OPEN_MAP, QUOTE, skipSpace, skipString, skipValue, stringAt } from '../../../schema/json-walk.ts';
import type { RecordType, SchemaType } from '../../../schema/schema-type.ts';
import { branchTags } from '../../../schema/schema-type.ts';
import type { ByteWriter } from '../../../util/byte-writer.ts';
import { UnfitRecordError } from '../../unfit-record.ts';
import type { CsvDialect } from './dialect.ts';

/** A writer of JSON objects as rows of CSV, the cells in the order of the fields of the schema. */
export function compileCsvWriter(
  schema: RecordType,
  dialect: CsvDialect,
): (data: Buffer, start: number, out: ByteWriter) => void {
  const { fields } = schema;
  const finder = new FieldPlaces(schema);
  const quoting = new Quoting(dialect);
  const defaults = fields.map(({ defaultText }) => (defaultText === null ? null : Buffer.from(`${defaultText}\n`)));
  const places = new Int32Array(fields.length);
  return (data, start, out) => {
    if (finder.find(data, skipSpace(data, start), places, 0) === -1) throw new UnfitRecordError('not a JSON object');
    for (let i = 0; i < fields.length; i++) {
      if (i > 0) out.copy(dialect.delimiter, 0, dialect.delimiter.length);
      const { name, type } = fields[i]!;
      const place = places[i]!;
      if (place !== -1) writeCell(data, place, type, quoting, out);
      else if (defaults[i] != null) writeCell(defaults[i]!, 0, type, quoting, out);
      else throw new UnfitRecordError(`Field '${name}' missing`);
    }
  };
}

/** A row of texts, as the header of a file. */
export function textRow(texts: readonly string[], dialect: CsvDialect): Buffer {
  const quoting = new Quoting(dialect);
  return Buffer.from(texts.map((text) => quoting.quoted(text, false)).join(dialect.delimiter.toString()));
}

function writeCell(data: Buffer, at: number, type: SchemaType, quoting: Quoting, out: ByteWriter): void {
  const place = type.kind === 'union' ? untagged(data, at, type.branches) : at;
  const end = skipValue(data, place);
  if (data[place] === QUOTE) {
    const mayBeNull = type.kind === 'union' && type.branches.some(({ kind }) => kind === 'null');
    out.utf8(quoting.quoted(stringAt(data, place, end), mayBeNull));
  } else if (data[place] === 0x6e) {
    // null is an empty cell.
  } else if (data[place] === OPEN_MAP || data[place] === OPEN_LIST || quoting.mayTouchNumbers) {
    out.utf8(quoting.quoted(data.toString('utf8', place, end), false));
  } else {
    out.copy(data, place, end);
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
  readonly #special: RegExp;
  /** Whether numbers and booleans may have something in them that needs quotes. */
  readonly mayTouchNumbers: boolean;

  constructor({ quote, delimiter }: CsvDialect) {
    this.#quote = quote.toString();
    this.#delimiter = delimiter.toString();
    const wanted = [this.#quote, this.#delimiter].map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    this.#special = new RegExp(`${wanted.join('|')}|[\\r\\n\\ufeff]|^\\s|\\s$`);
    this.mayTouchNumbers = /[\w.+-]/.test(this.#quote + this.#delimiter);
  }

  /** @param isNullEmpty an empty cell would be null: an empty text needs quotes */
  quoted(text: string, isNullEmpty: boolean): string {
    const quote = this.#quote;
    if (text === '' ? !isNullEmpty : !this.#special.test(text)) return text;
    return quote + text.replaceAll(quote, quote + quote) + quote;
  }
}
