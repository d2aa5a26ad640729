import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { virtualEnvironment } from '../virtual-environment.ts';

const run = promisify(execFile);

/** A Python with numpy and pandas: that of FASTSCORE_PYTHON when it has them, else a virtual environment beside the tests, made once. */
export async function installPandas(): Promise<string> {
  const chosen = process.env.FASTSCORE_PYTHON;
  if (chosen !== undefined && (await hasPandas(chosen))) return chosen;
  return join(await virtualEnvironment(import.meta.dirname, chosen), 'python');
}

async function hasPandas(python: string): Promise<boolean> {
  return run(python, ['-c', 'import pandas, numpy']).then(
    () => true,
    () => false,
  );
}
