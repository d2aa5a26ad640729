import type { Client } from 'pg';
import { FastScoreError } from '../../../core/errors.ts';
import { isObject } from '../../fields.ts';
import type { BatchSender } from '../batch-output.ts';
import { BatchOutput } from '../batch-output.ts';
import type { OpenOutputTransportOptions, OutputTransport } from '../transport.ts';
import type { OdbcPlace } from './odbc-place.ts';
import { connectTo, toSqlError } from './sql-client.ts';

/** Rows appended to a table: a batch is one statement, so all of it is there or nothing. */
export async function openSqlOutput(place: OdbcPlace, options: OpenOutputTransportOptions): Promise<OutputTransport> {
  const client = await connectTo(place);
  try {
    const table = tableName(place, (name) => client.escapeIdentifier(name));
    const { fields } = await client.query(`SELECT * FROM ${table} LIMIT 0`);
    const known = fields.map(({ name }) => name);
    const missing = place.outputFields?.find((field) => !known.includes(field));
    if (missing !== undefined) {
      throw new FastScoreError('BAD_DESCRIPTOR', `the table has no field '${missing}'`, {
        hint: `Its fields are ${known.join(', ')}`,
      });
    }
    return new BatchOutput(new RowSender(client, { place, table, fields: place.outputFields ?? known }), options);
  } catch (error) {
    await client.end();
    throw error;
  }
}

class RowSender implements BatchSender {
  readonly #place: OdbcPlace;
  readonly #fields: readonly string[];
  readonly #statement: string;
  #client: Client | null;

  constructor(
    client: Client,
    { place, table, fields }: { place: OdbcPlace; table: string; fields: readonly string[] },
  ) {
    this.#client = client;
    this.#place = place;
    this.#fields = fields;
    const columns = fields.map((field) => client.escapeIdentifier(field)).join(', ');
    // The table knows the types of its columns; the rows come as one JSON array.
    this.#statement = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`;
  }

  async send(records: readonly Buffer[]): Promise<void> {
    try {
      const rows = `[${records.map((record) => asRow(record, this.#fields)).join(',')}]`;
      this.#client ??= await connectTo(this.#place);
      await this.#client.query(this.#statement, [rows]);
    } catch (error) {
      throw toSqlError(error);
    }
  }

  async disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await Promise.allSettled([client?.end()]);
  }
}

/** A record is an object, or a list in the order of the fields; objects go as they are, with all their digits. */
function asRow(record: Buffer, fields: readonly string[]): string {
  const text = record.toString('utf8');
  const value: unknown = JSON.parse(text);
  if (isObject(value)) return text;
  const values = Array.isArray(value) ? value : [value];
  if (values.length !== fields.length) {
    throw new FastScoreError('STREAM_FAILED', `a record has ${values.length} values for ${fields.length} fields`);
  }
  return JSON.stringify(Object.fromEntries(fields.map((field, i) => [field, values[i]])));
}

/** `table` or `schema.table`. */
function tableName({ insertIntoTable }: OdbcPlace, quote: (name: string) => string): string {
  return insertIntoTable!
    .split('.')
    .map((part) => quote(part.replace(/^"(.*)"$/, '$1')))
    .join('.');
}
