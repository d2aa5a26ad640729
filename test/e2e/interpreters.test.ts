import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWithPython, describeWithR } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await openSandbox({
    'who.py': 'import os\ndef action(x):\n    yield os.environ.get("WHO", "usual")\n',
    'who.R': 'action <- function(x) emit(Sys.getenv("WHO", "usual"))\n',
  });
});
afterEach(() => box.close());

/** An interpreter of its own, as a venv has one: it tells its name to what it runs. */
async function wrap(command: string, name: string): Promise<string> {
  const real = execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
  await box.write(join(name, command), `#!/bin/sh\nWHO=${name} exec ${real} "$@"\n`);
  await chmod(join(box.directory, name, command), 0o755);
  return join(box.directory, name, command);
}

/** What a job prints whose command was given this environment. */
async function runs(model: string, env: Record<string, string>): Promise<string> {
  await box.ok('engine', 'reset');
  const { status, stderr } = await box.fastscore(['job', 'run', model, 'inline:1,2', 'rest:', '--wait'], { env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return box.ok('model', 'output');
}

describeWithPython('an engine that runs already', () => {
  test('runs models with the Python of whoever loads them: by variable, by an activated venv, and without', async () => {
    const python = await wrap('python3', 'venv');
    await box.ok('model', 'add', 'who', 'who.py');
    expect(await runs('who', { FASTSCORE_PYTHON: 'venv/python3' })).toBe('"venv"\n');
    expect(await runs('who', { PATH: `${join(python, '..')}:${process.env.PATH}` })).toBe('"venv"\n');

    const shown = await box.fastscore(['engine', 'status', '-v'], { env: { FASTSCORE_PYTHON: '/nowhere/python3' } });
    expect(shown.stdout).toMatch(/^python: {3}none: Python >= 3\.9 is needed and was not found .*nowhere/m);
    expect(shown.stdout).toContain(`\nmodel:    who, run by ${python}\n`);
    expect(await box.ok('engine', 'status', '-v')).toMatch(/^python: {3}3\.\d+\.\d+ \(\/.*python3?\)$/m);
    expect(await runs('who', {})).toBe('"usual"\n');
  });

  test('says which one is missing when that of whoever loads a model is', async () => {
    await box.ok('model', 'add', 'who', 'who.py');
    const { status, stderr } = await box.fastscore(['model', 'verify', 'who'], {
      env: { FASTSCORE_PYTHON: 'venv/bin/python' },
    });
    expect(status).toBe(1);
    expect(stderr).toContain(`looked for ${join(box.directory, 'venv/bin/python')}`);
  });
});

describeWithR('an engine that runs already', () => {
  test('runs models with the R of whoever loads them', async () => {
    await wrap('Rscript', 'mine');
    await box.ok('model', 'add', 'who', 'who.R');
    expect(await runs('who', { FASTSCORE_R: join(box.directory, 'mine', 'Rscript') })).toBe('"mine"\n');
  });
});
