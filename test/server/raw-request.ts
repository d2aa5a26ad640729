import type { IncomingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Listening } from '../../src/server/listen.ts';

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request over the wire, with a path and headers that nobody tidies up before. */
export function rawRequest(listening: Listening, { body, ...options }: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...placeOf(listening), agent: false, ...options }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** Sends bytes as they are. @returns everything that comes back until the server hangs up */
export async function rawBytes(listening: Listening, bytes: string): Promise<string> {
  const socket = connectTo(listening);
  socket.write(bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

export const connectTo = (listening: Listening) =>
  listening.port === 0 ? connect(listening.address) : connect(listening.port, '127.0.0.1');

const placeOf = (listening: Listening) =>
  listening.port === 0
    ? { socketPath: listening.address, host: 'localhost' }
    : { host: '127.0.0.1', port: listening.port };
