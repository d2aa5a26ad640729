import { FastScoreError } from '../../core/errors.ts';
import type { TypedSchema } from '../../schema/typed-schema.ts';
import type { ControlFormat } from '../control.ts';
import { controlRecord, decimal } from '../control.ts';
import type { Fields } from '../fields.ts';
import { UnfitRecordError } from '../unfit-record.ts';
import type { CsvDialect } from './csv/dialect.ts';
import { compileCsvWriter, textRow } from './csv/from-json.ts';
import { CsvRow } from './csv/row.ts';
import type { WriteRow } from './csv/to-json.ts';
import { rowWriter, textRowWriter } from './csv/to-json.ts';
import type { Decoder, DecoderOptions, Encoder, Encoding, EncodingType } from './encoding.ts';
import { fromJsonLines, toJsonLines } from './transcode.ts';

/** Records are rows of CSV, transcoded to JSON objects and back. */
export const csvType: EncodingType = {
  name: 'csv',
  fields: ['QuoteCharacter', 'Delimiter'],
  parse: (fields) => createCsv(parseDialect(fields)),
};

const DEFAULTS = { quote: '"', delimiter: ',' } as const;

/** @param dialect as in the descriptor; what is left out is as usual */
export function createCsv({
  quote = DEFAULTS.quote,
  delimiter = DEFAULTS.delimiter,
}: Partial<CsvNames> = {}): Encoding {
  const dialect: CsvDialect = { quote: Buffer.from(quote), delimiter: Buffer.from(delimiter) };
  const isUsual = quote === DEFAULTS.quote && delimiter === DEFAULTS.delimiter;
  return {
    name: 'csv',
    form: 'json',
    writtenForm: 'bytes',
    skipsByteOrderMark: true,
    delimitsItself: false,
    schemaNeeded: 'a record schema',
    trimsPadding: true,
    control: csvControl(dialect),
    refusesSchema: (schema) => (isRecordSchema(schema) ? null : 'csv encoding requires a record schema'),
    internal: () => (isUsual ? 'csv' : { type: 'csv', quote_character: quote, delimiter }),
    createDecoder: (options) => new CsvDecoder(dialect, options),
    createEncoder: (schema) => createEncoder(dialect, schema),
  };
}

interface CsvNames {
  readonly quote: string;
  readonly delimiter: string;
}

function parseDialect(fields: Fields): CsvNames {
  const quote = fields.string('QuoteCharacter') ?? DEFAULTS.quote;
  const delimiter = fields.string('Delimiter') ?? DEFAULTS.delimiter;
  if ([...quote].length !== 1) throw new FastScoreError('BAD_DESCRIPTOR', 'QuoteCharacter must be one character');
  if (delimiter === '') throw new FastScoreError('BAD_DESCRIPTOR', 'Delimiter must not be empty');
  if (delimiter.includes(quote)) {
    throw new FastScoreError('BAD_DESCRIPTOR', 'Delimiter must not have the QuoteCharacter in it');
  }
  return { quote, delimiter };
}

function isRecordSchema(schema: unknown): boolean {
  if (schema === null || schema === '$inherit') return true;
  return typeof schema === 'object' && ('$ref' in schema || ('type' in schema && schema.type === 'record'));
}

class CsvDecoder implements Decoder {
  readonly dialect: CsvDialect;
  readonly #names: readonly string[] | null;
  readonly #row: CsvRow;
  #columns = 0;
  #write: WriteRow | null = null;

  constructor(dialect: CsvDialect, { schema }: DecoderOptions) {
    this.dialect = dialect;
    this.#row = new CsvRow(dialect);
    const type = recordOf(schema);
    this.#names = type === null ? null : type.fields.map(({ name }) => name);
    if (type !== null) {
      this.#columns = type.fields.length;
      this.#write = rowWriter(type);
    }
  }

  /** The names of the columns: those of the schema, when there is one. */
  useHeader(header: Buffer): void {
    const row = new CsvRow(this.dialect);
    const flaw = row.split(header, 0, header.length);
    if (flaw !== null) throw new FastScoreError('STREAM_FAILED', `the header is not CSV: ${flaw}`);
    const names = Array.from({ length: row.count }, (_, index) => row.text(index));
    if (this.#names !== null) {
      assertSame(names, this.#names);
      return;
    }
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new FastScoreError('STREAM_FAILED', `two columns have the name '${twice}'`);
    this.#columns = names.length;
    this.#write = textRowWriter(names);
  }

  decode: Decoder['decode'] = (cut, from, to, refuse) => {
    const write = this.#write;
    if (write === null) {
      throw new FastScoreError('STREAM_FAILED', 'there is neither a header nor a schema that names the columns');
    }
    return toJsonLines(cut, { from, to, refuse }, (data, start, end, out) => {
      const flaw = this.#row.split(data, start, end);
      if (flaw !== null) throw new UnfitRecordError(flaw);
      if (this.#row.count !== this.#columns) {
        throw new UnfitRecordError(`the row has ${this.#row.count} values for ${this.#columns} fields`);
      }
      write(data, this.#row, out);
    });
  };
}

function assertSame(found: readonly string[], names: readonly string[]): void {
  if (found.length === names.length && found.every((name, index) => name === names[index])) return;
  throw new FastScoreError(
    'STREAM_FAILED',
    `the header has the columns ${found.join(', ')}, the schema has the fields ${names.join(', ')}`,
    { hint: 'Fields of the schema must be in the order of the columns' },
  );
}

function createEncoder(dialect: CsvDialect, schema: TypedSchema | null): Encoder {
  const type = recordOf(schema);
  if (type === null) throw new FastScoreError('BAD_DESCRIPTOR', 'csv encoding requires a record schema');
  const write = compileCsvWriter(type, dialect);
  return {
    encode: (records, refuse) => fromJsonLines(records, refuse, (data, start, _end, out) => write(data, start, out)),
    header: () =>
      textRow(
        type.fields.map(({ name }) => name),
        dialect,
      ),
  };
}

function recordOf(schema: TypedSchema | null) {
  if (schema === null) return null;
  if (schema.type.kind === 'record') return schema.type;
  throw new FastScoreError('BAD_DESCRIPTOR', 'csv encoding requires a record schema');
}

const PREFIX = '$fastscore.';

/** A row that begins with `$fastscore.KIND`; then come id, timestamp and misc, as far as there are any. */
function csvControl(dialect: CsvDialect): ControlFormat {
  const row = new CsvRow(dialect);
  return {
    marker: Buffer.from(PREFIX),

    read(record, padded) {
      let end = record.length;
      while (padded && end > 0 && record[end - 1] === 0) end -= 1;
      if (row.split(record, 0, end) !== null || row.count > 4) return null;
      const [name, id, timestamp, misc] = Array.from({ length: row.count }, (_, index) => row.text(index));
      if (!name!.startsWith(PREFIX)) return null;
      return controlRecord(name!.slice(PREFIX.length), {
        id: decimal(id),
        timestamp: decimal(timestamp),
        misc: misc === '' ? undefined : misc,
      });
    },

    write({ kind, id, timestamp, misc }) {
      const cells = [PREFIX + kind, id, timestamp, misc].map((cell) => (cell === undefined ? '' : String(cell)));
      while (cells.at(-1) === '') cells.pop();
      return textRow(cells, dialect);
    },
  };
}
