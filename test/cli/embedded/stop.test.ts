import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { writeEngineRecord } from '../../../src/cli/embedded/engine-record.ts';
import { stopEmbeddedEngine } from '../../../src/cli/embedded/stop.ts';
import { locateHome } from '../../../src/cli/home.ts';
import { release } from '../../../src/util/release.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A home whose engine is this process, and does what it is told to but end. */
async function stubborn(jets: readonly number[]) {
  const env = { FASTSCORE_HOME: temporaryFolder() };
  const home = locateHome(env);
  const socket = join(home.run, 'engine.sock');
  await mkdir(home.run, { mode: 0o700 });
  const status = { model: { name: 'tally' }, jets: jets.map((pid) => ({ pid })) };
  const server = createServer((_request, response) => response.end(JSON.stringify(status)));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  closers.push(() => server.close());
  await writeEngineRecord(home, { pid: process.pid, release, socket, started: new Date().toISOString() });
  return { home, env };
}

it('says which jets of an engine still run that does not end', async () => {
  const { home, env } = await stubborn([process.pid, process.ppid, 2 ** 22 + 1]);
  await expect(stopEmbeddedEngine(home, env, 300)).rejects.toMatchObject({
    code: 'TIMED_OUT',
    message:
      `Your engine (process ${process.pid}) still runs 0.3 s after it was told to end, ` +
      `jets ${process.pid}, ${process.ppid} of 'tally' included`,
    hint: `kill -9 ${process.pid}, which ends its jets too`,
  });
});

it('says so of an engine that runs nothing', async () => {
  const { home, env } = await stubborn([]);
  await expect(stopEmbeddedEngine(home, env, 100)).rejects.toThrow('still runs 0.1 s after it was told to end');
});
