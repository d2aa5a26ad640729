/**
 * A PostgreSQL server of your own on a free loopback port, with temporary data.
 *
 *     node scripts/services/postgres.mjs
 */
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePort } from './listening.mjs';
import { startProcess } from './process.mjs';
import { hasProgram, needProgram, runCommand } from './run-command.mjs';
import { runService } from './run-service.mjs';

const INSTALLED = '/usr/lib/postgresql';

/** @returns {Promise<{ port: number, user: string, restart: () => Promise<void>, stop: () => Promise<void> }>} */
export async function startPostgres() {
  const programs = await findPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const identity = await ordinaryUser(folder);
  const data = join(folder, 'data');
  const options = { ...identity, cwd: folder };
  await runCommand(join(programs, 'initdb'), ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '-N'], options);
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const start = () =>
    startProcess(join(programs, 'postgres'), args, { ...options, port, logFile: join(folder, 'log') });
  let server = await start();
  return {
    port,
    user: 'test',
    async restart() {
      await server.kill();
      server = await start();
    },
    async stop() {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function findPrograms() {
  const versions = async () => (await readdir(INSTALLED).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  if ((await versions()).length === 0 && !(await hasProgram('initdb'))) await needProgram('initdb', ['postgresql']);
  const [version] = await versions();
  return version === undefined ? '' : join(INSTALLED, version, 'bin');
}

/** PostgreSQL does not run as root. */
async function ordinaryUser(folder) {
  if (process.getuid() !== 0) return {};
  const uid = Number(await runCommand('id', ['-u', 'postgres']));
  const gid = Number(await runCommand('id', ['-g', 'postgres']));
  await chown(folder, uid, gid);
  return { uid, gid };
}

await runService(import.meta.url, async () => {
  const { port, user, stop } = await startPostgres();
  return {
    text: `ConnectionString: Driver=PostgreSQL;Server=127.0.0.1;Port=${port};Database=postgres;Uid=${user}`,
    stop,
  };
});
