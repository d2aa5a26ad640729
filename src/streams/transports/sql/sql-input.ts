import type { Client } from 'pg';
import type Cursor from 'pg-cursor';
import { FastScoreError } from '../../../core/errors.ts';
import type { ConnectedReader, InputSource } from '../reconnecting-input.ts';
import { ReconnectingInput } from '../reconnecting-input.ts';
import type { InputTransport, OpenInputTransportOptions } from '../transport.ts';
import type { OdbcPlace } from './odbc-place.ts';
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
export async function openSqlInput(place: OdbcPlace, options: OpenInputTransportOptions): Promise<InputTransport> {
  return await ReconnectingInput.open(new QuerySource(place), options);
}

class QuerySource implements InputSource {
  readonly unit = 'records';
  readonly rewind = null;
  readonly #place: OdbcPlace;

  constructor(place: OdbcPlace) {
    this.#place = place;
  }

  /** The query is made again. Its rows come in the same order only if it says so. */
  async connect(at: number): Promise<ConnectedReader> {
    const query = this.#place.selectQuery!;
    if (at > 0 && !/\border\s+by\b/i.test(query)) {
      throw new FastScoreError(
        'STREAM_FAILED',
        `the connection broke after ${at} rows, and which are missing is not known`,
        {
          hint: 'Add ORDER BY to SelectQuery: then a query that was interrupted can be made again',
        },
      );
    }
    try {
      const client = await connectTo(this.#place);
      const { default: PgCursor } = await import('pg-cursor');
      const types = { getTypeParser: () => (text: string) => text };
      const cursor = new PgCursor<string[]>(query, [], { rowMode: 'array', types } as never);
      client.query(cursor);
      return new RowReader(client, cursor, at);
    } catch (error) {
      throw toSqlError(error);
    }
  }
}

class RowReader implements ConnectedReader {
  readonly #client: Client;
  readonly #cursor: Cursor<string[]>;
  #columns: readonly Column[] | null = null;
  /** Rows that have been read over another connection. */
  #known: number;
  #isClosed = false;

  constructor(client: Client, cursor: Cursor<string[]>, known: number) {
    this.#client = client;
    this.#cursor = cursor;
    this.#known = known;
  }

  async read(): Promise<readonly Buffer[] | null> {
    while (!this.#isClosed) {
      const rows = await this.#next();
      if (rows.length === 0) return null;
      const fresh = rows.slice(this.#known);
      this.#known = Math.max(0, this.#known - rows.length);
      if (fresh.length > 0) return fresh.map((row) => asJson(row, this.#columns!));
    }
    return null;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled([this.#client.end()]);
  }

  #next(): Promise<(string | null)[][]> {
    return new Promise((resolve, reject) => {
      // A connection that breaks between two reads is not told to the cursor.
      const onEnd = (): void => reject(new Error('the connection was ended by the server'));
      this.#client.once('end', onEnd);
      this.#cursor.read(ROWS, (error, rows, result) => {
        this.#client.removeListener('end', onEnd);
        if (error) {
          reject(toSqlError(error));
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
