import type { Client } from 'pg';
import { UnfitRecordError } from '../../unfit-record.ts';
import type { BatchSender } from '../batch-output.ts';
import { asRow } from './as-row.ts';
import type { OdbcPlace } from './odbc-place.ts';
import { connectTo, isFaultOfRow, reasonOf, toSqlError } from './sql-client.ts';

export interface RowSenderOptions {
  readonly place: OdbcPlace;
  /** Quoted. */
  readonly table: string;
  readonly fields: readonly string[];
  /** Called for each record that the table does not take, once the others of its batch are there. */
  readonly onReject: (record: Buffer, reason: string) => void;
}

interface Row {
  readonly record: Buffer;
  readonly json: string;
}

interface Refused {
  readonly record: Buffer;
  readonly reason: string;
}

/** Appends the rows of a batch in one statement. If the table refuses some, the others are there, or nothing is. */
export class RowSender implements BatchSender {
  readonly #options: RowSenderOptions;
  readonly #statement: string;
  #client: Client | null;

  constructor(client: Client, options: RowSenderOptions) {
    const { table, fields } = options;
    this.#client = client;
    this.#options = options;
    const columns = fields.map((field) => client.escapeIdentifier(field)).join(', ');
    // The table knows the types of its columns; the rows come as one JSON array.
    this.#statement = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`;
  }

  async send(records: readonly Buffer[]): Promise<void> {
    const { place, onReject } = this.#options;
    const refused: Refused[] = [];
    const rows = this.#rowsOf(records, refused);
    try {
      this.#client ??= await connectTo(place);
      if (rows.length > 0) await this.#append(this.#client, rows, refused);
    } catch (error) {
      throw toSqlError(error);
    }
    for (const { record, reason } of refused) onReject(record, reason);
  }

  async disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await Promise.allSettled([client?.end()]);
  }

  #rowsOf(records: readonly Buffer[], refused: Refused[]): Row[] {
    const rows: Row[] = [];
    for (const record of records) {
      try {
        rows.push({ record, json: asRow(record, this.#options.fields) });
      } catch (error) {
        if (!(error instanceof UnfitRecordError)) throw error;
        refused.push({ record, reason: error.message });
      }
    }
    return rows;
  }

  async #append(client: Client, rows: readonly Row[], refused: Refused[]): Promise<void> {
    try {
      await this.#insert(client, rows);
    } catch (error) {
      if (!isFaultOfRow(error)) throw error;
      await client.query('BEGIN');
      // What is checked at the end of a transaction could not be told from other rows.
      await client.query('SET CONSTRAINTS ALL IMMEDIATE');
      await this.#divide(client, rows, { error, refused });
      await client.query('COMMIT');
    }
  }

  /** Appends rows of which not all can be: each half by itself, down to the single one that is refused. */
  async #divide(
    client: Client,
    rows: readonly Row[],
    { error, refused }: { error: unknown; refused: Refused[] },
  ): Promise<void> {
    if (rows.length === 1) {
      refused.push({ record: rows[0]!.record, reason: `the table does not take the row: ${reasonOf(error)}` });
      return;
    }
    const middle = rows.length >> 1;
    for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
      await client.query('SAVEPOINT half');
      try {
        await this.#insert(client, half);
      } catch (reason) {
        if (!isFaultOfRow(reason)) throw reason;
        await client.query('ROLLBACK TO SAVEPOINT half');
        await this.#divide(client, half, { error: reason, refused });
      }
      await client.query('RELEASE SAVEPOINT half');
    }
  }

  async #insert(client: Client, rows: readonly Row[]): Promise<void> {
    await client.query(this.#statement, [`[${rows.map(({ json }) => json).join(',')}]`]);
  }
}
