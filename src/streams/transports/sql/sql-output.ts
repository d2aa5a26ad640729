import type { Client } from 'pg';
import { FastScoreError } from '../../../core/errors.ts';
import { isObject } from '../../fields.ts';
import { Backoff, isFinal } from '../backoff.ts';
import { settlesWithin } from '../settles-within.ts';
import type { OpenOutputTransportOptions, OutputTransport } from '../transport.ts';
import type { OdbcPlace } from './odbc.ts';
import { connectTo, toSqlError } from './sql-client.ts';

/** Rows appended to a table: a batch is one statement, so all of it is there or nothing. */
export class SqlOutput implements OutputTransport {
  readonly pull = null;
  readonly #place: OdbcPlace;
  readonly #options: OpenOutputTransportOptions;
  readonly #fields: readonly string[];
  readonly #statement: string;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #client: Client | null;
  #last: Promise<void> = Promise.resolve();
  #isOver = false;
  #closed: Promise<void> | null = null;

  private constructor(
    client: Client,
    { place, fields }: { place: OdbcPlace; fields: readonly string[] },
    options: OpenOutputTransportOptions,
  ) {
    this.#client = client;
    this.#place = place;
    this.#options = options;
    this.#fields = fields;
    const { escapeIdentifier } = client;
    const table = tableName(place, escapeIdentifier.bind(client));
    const columns = fields.map((field) => escapeIdentifier.call(client, field)).join(', ');
    // The table knows the types of its columns; the rows come as one JSON array.
    this.#statement = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
  }

  static async open(place: OdbcPlace, options: OpenOutputTransportOptions): Promise<SqlOutput> {
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
      return new SqlOutput(client, { place, fields: place.outputFields ?? known }, options);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  get ended(): boolean {
    return this.#isOver;
  }

  write(records: readonly Buffer[]): Promise<void> {
    if (this.#isOver || this.#closed !== null) return Promise.resolve();
    this.#last = this.#last.then(() => this.#deliver(records));
    return this.#last;
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  async #deliver(records: readonly Buffer[]): Promise<void> {
    while (!this.#isOver) {
      try {
        const rows = `[${records.map((record) => this.#asRow(record)).join(',')}]`;
        this.#client ??= await connectTo(this.#place);
        await this.#client.query(this.#statement, [rows]);
        this.#backoff.succeeded();
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        await this.#retry(toSqlError(error));
      }
    }
  }

  /** A record is an object, or a list in the order of the fields; objects go as they are, with all their digits. */
  #asRow(record: Buffer): string {
    const text = record.toString('utf8');
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return text;
    const fields = this.#fields;
    const values = Array.isArray(value) ? value : [value];
    if (values.length !== fields.length) {
      throw new FastScoreError('STREAM_FAILED', `a record has ${values.length} values for ${fields.length} fields`);
    }
    return JSON.stringify(Object.fromEntries(fields.map((field, i) => [field, values[i]])));
  }

  async #retry(error: unknown): Promise<void> {
    try {
      if (isFinal(error)) throw error;
      await Promise.allSettled([this.#client?.end()]);
      this.#client = null;
      await this.#backoff.failed(error);
    } catch (final) {
      this.#isOver = true;
      this.#options.onFailure(final);
    }
  }

  async #end(lingerMs: number | null): Promise<void> {
    if (lingerMs !== null && !(await settlesWithin(this.#last, lingerMs))) {
      this.#options.onWarning('not everything was taken within LingerTime');
    }
    this.#isOver = true;
    this.#closing.abort();
    await Promise.allSettled([this.#client?.end()]);
  }
}

/** `table` or `schema.table`. */
function tableName({ insertIntoTable }: OdbcPlace, quote: (name: string) => string): string {
  return insertIntoTable!
    .split('.')
    .map((part) => quote(part.replace(/^"(.*)"$/, '$1')))
    .join('.');
}
