import type { Client } from 'pg';
import type Cursor from 'pg-cursor';
import type { InputTransport, OpenInputTransportOptions } from '../transport.ts';
import type { OdbcPlace } from './odbc.ts';
import { connectTo, toSqlError } from './sql-client.ts';

const ROWS = 1000;

/** Type numbers of PostgreSQL whose text is a JSON value as it stands. */
const JSON_TYPES = new Set([20, 21, 23, 26, 114, 700, 701, 1700, 3802]);
const BOOLEAN_TYPE = 16;

interface Column {
  readonly key: string;
  readonly type: number;
}

/** Rows of a query, read with a cursor: a JSON object per row, with every digit of numbers. */
export class SqlInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  readonly push = null;
  readonly #client: Client;
  readonly #cursor: Cursor<string[]>;
  #columns: readonly Column[] | null = null;
  #isClosed = false;

  private constructor(client: Client, cursor: Cursor<string[]>) {
    this.#client = client;
    this.#cursor = cursor;
  }

  static async open(place: OdbcPlace, _options: OpenInputTransportOptions): Promise<SqlInput> {
    const client = await connectTo(place);
    const { default: PgCursor } = await import('pg-cursor');
    const types = { getTypeParser: () => (text: string) => text };
    const cursor = new PgCursor<string[]>(place.selectQuery!, [], { rowMode: 'array', types } as never);
    client.query(cursor);
    return new SqlInput(client, cursor);
  }

  async read(): Promise<readonly Buffer[] | null> {
    if (this.#isClosed) return null;
    try {
      const rows = await this.#next();
      if (rows.length === 0) return null;
      return rows.map((row) => asJson(row, this.#columns!));
    } catch (error) {
      if (this.#isClosed) return null;
      throw toSqlError(error);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled([this.#client.end()]);
  }

  #next(): Promise<(string | null)[][]> {
    return new Promise((resolve, reject) => {
      this.#cursor.read(ROWS, (error, rows, result) => {
        if (error) {
          reject(error);
          return;
        }
        this.#columns ??= result.fields.map(({ name, dataTypeID }) => ({
          key: JSON.stringify(name),
          type: dataTypeID,
        }));
        resolve(rows);
      });
    });
  }
}

function asJson(row: readonly (string | null)[], columns: readonly Column[]): Buffer {
  const members = columns.map(({ key, type }, i) => `${key}:${jsonOf(row[i] ?? null, type)}`);
  return Buffer.from(`{${members.join(',')}}`);
}

function jsonOf(text: string | null, type: number): string {
  if (text === null) return 'null';
  if (type === BOOLEAN_TYPE) return text === 't' ? 'true' : 'false';
  // NaN and Infinity are numbers there, and have no form in JSON.
  if (JSON_TYPES.has(type) && !/^-?(NaN|Infinity)$/.test(text)) return text;
  return JSON.stringify(text);
}
