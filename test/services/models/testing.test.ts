import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pythonPackageDirectory } from '../../../src/jets/launch-python.ts';
import { installPandas } from './install-pandas.ts';

const run = promisify(execFile);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fastscore-testing-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

test('run_model in Python obeys the annotations: record sets, and explicit models', async () => {
  await writeFile(
    join(directory, 'program.py'),
    '# fastscore.action: none\nfrom fastscore.io import Slot\nfor b in Slot(0):\n    Slot(1).write(int(b["x"].sum()))\n',
  );
  await writeFile(
    join(directory, 'sets.py'),
    '# fastscore.recordsets.$all: yes\nimport pandas\ndef action(d, slot, n):\n    yield pandas.Series([len(d), n])\n',
  );
  const script = [
    'from fastscore.testing import run_model',
    'rows = [{"x": 1}, {"x": 2}, {"x": 3}]',
    'print(run_model("program.py", rows, batch=2), run_model("sets.py", rows, batch=2))',
  ].join('\n');
  const env = { ...process.env, PYTHONPATH: pythonPackageDirectory, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run(await installPandas(), ['-c', script], { cwd: directory, env });
  expect(stdout).toBe('[3, 3] [[2, 1], [1, 3]]\n');
});
