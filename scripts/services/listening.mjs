import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A port that nobody uses now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Waits until a server that has been started accepts connections.
 * @param {{ ended: Promise<unknown>, limitMs: number }} options `ended` settles when the server is gone
 * @returns {Promise<boolean>} false: it has ended before, or has not come in time
 */
export async function isListening(port, { ended, limitMs }) {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  ended.then(end, end);
  for (const deadline = Date.now() + limitMs; !isOver && Date.now() < deadline; await delay(20)) {
    if (await accepts(port)) return true;
  }
  return false;
}

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
