import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { FastScoreError } from '../../core/errors.ts';

/** What the browser came back with. */
export interface Callback {
  readonly url: URL;
  /** The Cookie header; '' for none. */
  readonly cookie: string;
}

export interface CallbackServer {
  /** Where the login page shall send the browser. */
  readonly url: string;
  /** The first call of that address. */
  readonly called: Promise<Callback>;
  close(): Promise<void>;
}

/** As in 1.10: login pages allow this address only. */
const PORT = 1234;
const PATH = '/auth_callback';
const PAGE = '<!doctype html><title>fastscore</title><p>You may close this page and go back to the terminal.</p>';

/**
 * Waits on this machine for a browser that has been to a login page.
 * @throws FastScoreError BAD_INPUT when another program has the port
 */
export async function openCallbackServer(): Promise<CallbackServer> {
  let tell: (callback: Callback) => void = () => {};
  const called = new Promise<Callback>((resolve) => {
    tell = resolve;
  });
  const url = `http://localhost:${PORT}${PATH}`;
  const server = createServer((request, reply) => {
    const at = addressOf(request, url);
    if (at?.pathname !== PATH) {
      reply.writeHead(404).end();
      return;
    }
    reply.writeHead(200, { 'content-type': 'text/html; charset=utf-8', connection: 'close' }).end(PAGE);
    tell({ url: at, cookie: request.headers.cookie ?? '' });
  });
  server.listen(PORT, 'localhost');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `Port ${PORT}, to which a login page sends the browser back, is not free`, {
      hint: 'End the program that listens there, perhaps another login',
      cause,
    });
  }
  return {
    url,
    called,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function addressOf(request: IncomingMessage, base: string): URL | null {
  return URL.canParse(request.url ?? '', base) ? new URL(request.url ?? '', base) : null;
}
