import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isListening } from '../scripts/services/listening.mjs';
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
  if (!(await isListening(port, { ended: server.ended, limitMs: 20_000 }))) {
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
