import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pythonPackageDirectory } from '../../../src/jets/launch-python.ts';

const run = promisify(execFile);
const folder = import.meta.dirname;

/** Tests of the Python package are written in Python; each file here is one. */
test.each(readdirSync(folder).filter((name) => name.endsWith('.py')))('%s passes', async (file) => {
  const env = { ...process.env, PYTHONPATH: pythonPackageDirectory, PYTHONDONTWRITEBYTECODE: '1' };
  const { stderr } = await run('python3', [file], { cwd: folder, env }).catch((error: { stderr: string }) => {
    throw new Error(error.stderr);
  });
  expect(stderr).toMatch(/^Ran [1-9]\d* tests? in .*\n\nOK$/m);
});
