import type { IncomingMessage } from 'node:http';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';

/** Clients only listen: whoever sends more than this in one message is no client of ours. */
const LONGEST_MESSAGE = 4096;
/** How long a client may take to answer the closing frame. */
const GOODBYE_MS = 1000;
const GOING_AWAY = 1001;

/** Lets routes have a `wsHandler`. What guards a route over HTTP guards its websocket too. */
export function acceptWebsockets(app: FastifyInstance): void {
  const upgrades = new WeakSet<IncomingMessage>();
  app.server.on('upgrade', (request: IncomingMessage) => upgrades.add(request));
  // Node reads no further request from a socket that was to be upgraded: after a refusal it is of no use.
  app.addHook('onResponse', async ({ raw }) => {
    if (upgrades.has(raw)) raw.socket.destroySoon();
  });
  app.register(websocket, {
    options: { maxPayload: LONGEST_MESSAGE, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose: () => closeAll(app),
  });
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
