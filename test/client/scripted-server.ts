import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientOptions } from '../../src/client/client.ts';
import { FastScoreClient } from '../../src/client/client.ts';

/** One request as it came in. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server whose answers a test writes, with a client of it over a Unix socket and one over TCP. */
export async function startScripted(answer: RequestListener, options: ClientOptions = {}) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') });
    answer(request, response);
  });
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-client-'));
  const path = join(folder, 's');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const tcp = createServer(answer);
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(tcp.address() as AddressInfo).port}`;
  const client = new FastScoreClient({ kind: 'socket', path }, options);
  return {
    seen,
    path,
    url,
    client,
    async close(): Promise<void> {
      await client.close();
      for (const one of [server, tcp]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
      await rm(folder, { recursive: true });
    },
  };
}
