import type { Row } from '../support/row.ts';

/** Rows that share a server and a home, tried in their order. */
export interface Group {
  readonly title: string;
  /** Of the server. @default 1 */
  readonly engines?: number;
  /** What the server wants to see; absent: it asks nobody. */
  readonly token?: string;
  /** In the current directory, by name. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Typed before the first row, after `connect`; null: not even that. */
  readonly first: readonly string[] | null;
  readonly rows: readonly Row[];
}
