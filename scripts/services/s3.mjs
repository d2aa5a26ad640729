/**
 * An S3 server of your own on a free loopback port: moto from PyPI, in a virtual environment in the cache folder.
 *
 *     node scripts/services/s3.mjs
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { freePort } from './listening.mjs';
import { startProcess } from './process.mjs';
import { runCommand } from './run-command.mjs';
import { runService } from './run-service.mjs';

const VERSION = '5.1.5';

/** @returns {Promise<{ endpoint: string, stop: () => Promise<void> }>} */
export async function startS3() {
  const server = await installMoto();
  const folder = await mkdtemp(join(tmpdir(), 's3-'));
  const port = await freePort();
  const started = await startProcess(server, ['-H', '127.0.0.1', '-p', String(port)], {
    port,
    logFile: join(folder, 'log'),
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      await started.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function installMoto() {
  const folder = cacheFolder(`moto-${VERSION}`);
  const server = join(folder, 'bin', 'moto_server');
  if (existsSync(server)) return server;
  await runCommand('python3', ['-m', 'venv', folder]);
  await runCommand(join(folder, 'bin', 'pip'), ['install', '-q', `moto[server]==${VERSION}`]);
  return server;
}

await runService(import.meta.url, async () => {
  const { endpoint, stop } = await startS3();
  return { text: `Endpoint: ${endpoint}`, stop };
});
