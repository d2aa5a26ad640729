import type { IncomingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';

export interface Call {
  /** undefined: without it. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
}

export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  json(): unknown;
}

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

/** One request as clients of 1.10 send it: with a length, a JSON type when there is no other, and no tidied-up path. */
export function callAt(url: string, method: Method, path: string, { headers = {}, body = '' }: Call): Promise<Reply> {
  const { hostname, port } = new URL(url);
  const named = {
    'User-Agent': 'Swagger-Codegen/master/python',
    'Content-Type': 'application/json',
    ...headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  };
  const all = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers: all, agent: false }, async (incoming) => {
      const bytes = Buffer.concat((await incoming.toArray()) as Buffer[]);
      const { statusCode: status = 0, statusMessage: reason = '' } = incoming;
      const text = bytes.toString('utf8');
      resolve({ status, reason, headers: incoming.headers, bytes, text, json: () => JSON.parse(text) as unknown });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
