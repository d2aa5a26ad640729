import type { Database } from './connection-string.ts';

/** Which rows, and for how long at most. */
export interface OdbcPlace {
  readonly database: Database;
  readonly selectQuery: string | null;
  readonly insertIntoTable: string | null;
  /** null: the fields that a record has. */
  readonly outputFields: readonly string[] | null;
  readonly timeoutMs: number | null;
}
