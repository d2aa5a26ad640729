import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { InstalledClients } from './install-clients.ts';
import type { Verdict } from './row.ts';
import { outcomeOf } from './row.ts';
import { startServer } from './start-server.ts';
import { zipOf } from './zip.ts';

const run = promisify(execFile);

const SCRIPTS = join(import.meta.dirname, '..', 'python');

/**
 * Calls every public member of the SDK, against a server of its own with one engine.
 * @param script `sdk.py` for the classes that people use, `apis.py` for those below, which were generated from the API
 */
export async function trySdk({ python }: InstalledClients, script: 'sdk.py' | 'apis.py'): Promise<Verdict[]> {
  const root = await mkdtemp(join(tmpdir(), 'fs-clients-'));
  const server = await startServer(join(root, 'server'), ['--engines', '1']);
  try {
    const archive = join(root, 'weights.zip');
    await writeFile(archive, zipOf({ 'weights.txt': '5\n' }));
    const { stdout } = await run(python, ['-W', 'ignore', join(SCRIPTS, script), server.url, archive], { cwd: root });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { call: string; error: string | null })
      .map(({ call, error }) => ({ call, outcome: outcomeOf(error), detail: error ?? '' }));
  } finally {
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}
