import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { goOnWithoutUpgrade } from './go-on-without-upgrade.ts';

/** Clients only listen: whoever sends more than this in one message is no client of ours. */
const LONGEST_MESSAGE = 4096;
/** How long a client may take to answer the closing frame. */
const GOODBYE_MS = 1000;
const GOING_AWAY = 1001;

/** Lets routes have a `wsHandler`. What guards a route over HTTP guards its websocket too. */
export function acceptWebsockets(app: FastifyInstance): void {
  // It never listens: the plugin is told here of those upgrades that are its own.
  const gate = createServer();
  const upgrades = new WeakSet<IncomingMessage>();
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebsocket(request)) {
      goOnWithoutUpgrade(app.server, request, head);
      return;
    }
    upgrades.add(request);
    gate.emit('upgrade', request, socket, head);
  });
  // Node reads no further request from a socket that was to be upgraded: after a refusal it is of no use.
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    if (upgrades.has(raw)) raw.socket.destroySoon();
    done();
  });
  app.register(websocket, {
    options: { server: gate, maxPayload: LONGEST_MESSAGE, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: () => closeAll(app),
  });
}

function isWebsocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

async function closeAll({ websocketServer: server }: FastifyInstance): Promise<void> {
  const gone = [...server.clients].map(
    (client) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => client.terminate(), GOODBYE_MS);
        client.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        client.close(GOING_AWAY, 'The server is closing');
      }),
  );
  server.close();
  await Promise.all(gone);
}
