import type { Client } from 'pg';
import { FastScoreError } from '../../../core/errors.ts';
import { resolveSecret } from '../../secrets.ts';
import type { OdbcPlace } from './odbc-place.ts';

const CONNECT_MS = 10_000;

/** A connection; the password is read here if it is a secret. */
export async function connectTo({ database, timeoutMs }: OdbcPlace): Promise<Client> {
  const { default: pg } = await import('pg');
  const { host, port, user, password, ssl } = database;
  const client = new pg.Client({
    host,
    port,
    user,
    database: database.database,
    ...(password === null ? {} : { password: await resolveSecret(password) }),
    ssl,
    application_name: 'fastscore',
    connectionTimeoutMillis: CONNECT_MS,
    ...(timeoutMs === null ? {} : { statement_timeout: timeoutMs }),
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** An answer of the server, which another try would not change, or else a connection that broke. */
export function toSqlError(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  // Class 08 are connections, 57P shutdowns and restarts, 40 conflicts.
  const isAnswer = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|40|53)/.test(code);
  return isAnswer ? new FastScoreError('STREAM_FAILED', message, { cause: error }) : error;
}
