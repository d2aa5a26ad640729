import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** One request. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** From the root of the target, query included. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  /** Waiting that the caller asked the server for, on top of the time-out. */
  readonly extraMs?: number;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
