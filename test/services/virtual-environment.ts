import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Installs the requirements.txt of a suite beside it, once per list. @returns the folder with the programs */
export async function virtualEnvironment(suite: string, python = 'python3'): Promise<string> {
  const requirements = join(suite, 'requirements.txt');
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(suite, '.venv', key);
  if (!existsSync(folder)) {
    const unfinished = `${folder}-${process.pid}`;
    try {
      await run(python, ['-m', 'venv', unfinished]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
      await run(join(unfinished, 'bin', 'python'), pip);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  return join(folder, 'bin');
}
