import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnGuarded } from './guarded.mjs';

/**
 * A Redis server of its own on a free loopback port, without persistence unless asked for by BGSAVE.
 * @returns {Promise<{ port: number, folder: string, close: () => Promise<void> } | null>} null: Redis is not installed
 */
export async function startRedis() {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-redis-'));
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'enable-debug-command': 'local',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawnGuarded('redis-server', args);
  const early = server.ended.then(
    () => false,
    () => false,
  );
  if (!(await Promise.race([early, isListening(port)]))) {
    await server.close();
    await rm(folder, { recursive: true, force: true });
    return null;
  }
  return {
    port,
    folder,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves with true when something listens there, with false after 20 s. */
export async function isListening(port) {
  for (const until = Date.now() + 20_000; Date.now() < until; await delay(20)) {
    const socket = connect(port, '127.0.0.1');
    const connected = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      once(socket, 'close').then(() => false),
    ]);
    socket.destroy();
    if (connected) return true;
  }
  return false;
}
