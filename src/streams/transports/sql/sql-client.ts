import type { Client } from 'pg';
import { FastScoreError } from '../../../core/errors.ts';
import type { OdbcPlace } from './odbc-place.ts';

const CONNECT_MS = 10_000;

/** A connection to a place whose password is no reference. */
export async function connectTo({ database, timeoutMs }: OdbcPlace): Promise<Client> {
  const { default: pg } = await import('pg');
  const { host, port, user, password, ssl } = database;
  const client = new pg.Client({
    host,
    port,
    user,
    database: database.database,
    ...(password === null ? {} : { password }),
    ssl,
    application_name: 'fastscore',
    connectionTimeoutMillis: CONNECT_MS,
    ...(timeoutMs === null ? {} : { statement_timeout: timeoutMs }),
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** What another row may not meet: data that do not go into the types, constraints, limits of size, triggers and views that say no. */
const CLASSES_OF_ROWS = ['22', '23', '44', '54', 'P0'];

/** Whether the server refuses what was written, rather than to write. */
export function isFaultOfRow(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && CLASSES_OF_ROWS.includes(code.slice(0, 2));
}

/** Why the server refuses something, without the row itself. */
export function reasonOf(error: unknown): string {
  const { message, detail } = error as { message: string; detail?: string };
  return detail === undefined || detail.startsWith('Failing row')
    ? message
    : `${message} (${detail.replace(/\.$/, '')})`;
}

/** An answer of the server, which another try would not change, or else a connection that broke. */
export function toSqlError(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  // Class 08 are connections, 57P shutdowns and restarts, 40 conflicts.
  const isAnswer = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|40|53)/.test(code);
  return isAnswer ? new FastScoreError('STREAM_FAILED', message, { cause: error }) : error;
}
