import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SUITE = join(import.meta.dirname, '..');

export interface InstalledClients {
  readonly python: string;
  /** The command line's program, for `python`. */
  readonly program: string;
}

/** Installs the SDK and the command line of FastScore 1.10 with pip, once per list of requirements. */
export async function installClients(): Promise<InstalledClients> {
  const requirements = join(SUITE, 'requirements.txt');
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(SUITE, '.venv', key);
  if (!existsSync(folder)) {
    const unfinished = `${folder}-${process.pid}`;
    try {
      await run('python3', ['-m', 'venv', unfinished]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
      await run(join(unfinished, 'bin', 'python'), pip);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  return { python: join(folder, 'bin', 'python'), program: join(folder, 'bin', 'fastscore') };
}
