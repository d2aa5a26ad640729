import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SUITE = import.meta.dirname;

/** A Python with numpy and pandas: that of FASTSCORE_PYTHON when it has them, else a virtual environment beside the tests, made once. */
export async function installPandas(): Promise<string> {
  const chosen = process.env.FASTSCORE_PYTHON;
  if (chosen !== undefined && (await hasPandas(chosen))) return chosen;
  const requirements = join(SUITE, 'requirements.txt');
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(SUITE, '.venv', key);
  if (!existsSync(folder)) {
    const unfinished = `${folder}-${process.pid}`;
    try {
      await run(chosen ?? 'python3', ['-m', 'venv', unfinished]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
      await run(join(unfinished, 'bin', 'python'), pip);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  return join(folder, 'bin', 'python');
}

async function hasPandas(python: string): Promise<boolean> {
  return run(python, ['-c', 'import pandas, numpy']).then(
    () => true,
    () => false,
  );
}
