import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBoth } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox, processesIn } from './support/sandbox.ts';
import { waitFor } from './support/wait-for.ts';

const ENDLESS = {
  'loop.py': 'import subprocess\ndef action(x):\n    subprocess.Popen(["sleep", "1000"])\n    while True: pass\n',
  'loop.R': 'action <- function(x) {\n  system("sleep 1000", wait = FALSE)\n  repeat {}\n}\n',
};

describeWithBoth('an engine that is killed', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await openSandbox(ENDLESS);
  });

  afterAll(() => sandbox.close());

  test.each(Object.keys(ENDLESS))('leaves no jet behind, not even in an endless loop: %s', async (file) => {
    const jets = () => processesIn(join(sandbox.home, 'jets'));
    await sandbox.ok('model', 'add', file, file);
    await sandbox.ok('job', 'run', file, 'inline:1', 'discard:');
    await waitFor('the model has started its child', async () => (await jets()).length >= 2);
    const { pid } = JSON.parse(await readFile(join(sandbox.home, 'run', 'engine.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await waitFor('its jets are gone', async () => (await jets()).length === 0);
    expect(await jets()).toEqual([]);
  });
});
