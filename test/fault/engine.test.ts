import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../e2e/support/sandbox.ts';
import { openSandbox, processesIn } from '../e2e/support/sandbox.ts';
import { waitFor } from '../e2e/support/wait-for.ts';
import { describeWithBoth } from '../languages.ts';
import { digest, numbers, SUMS } from './interrupted-run.ts';

describeWithBoth('an engine that is killed', () => {
  let sandbox: Sandbox;
  const at = (name: string): string => join(sandbox.directory, name);

  beforeEach(async () => {
    sandbox = await openSandbox({ ...SUMS, 'in.jsonl': numbers(150_000) });
  });

  afterEach(() => sandbox.close());

  test.each(Object.keys(SUMS))('goes on from its snapshots to the outputs of one that was not: %s', async (file) => {
    await sandbox.ok('run', file, 'in.jsonl', 'undisturbed.jsonl', '--name', 'undisturbed');
    const { size } = await stat(at('undisturbed.jsonl'));
    await sandbox.ok('model', 'add', 'sum', file);
    await sandbox.ok('job', 'run', 'sum', 'file:in.jsonl', 'file:out.jsonl');
    for (const share of [0.2, 0.5, 0.8]) {
      const reached = share * size * (0.8 + Math.random() * 0.2);
      await waitFor('the output has grown', async () => (await stat(at('out.jsonl'))).size >= reached);
      const { pid } = JSON.parse(await readFile(join(sandbox.home, 'run', 'engine.json'), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
      await waitFor('its jets are gone', async () => (await processesIn(join(sandbox.home, 'jets'))).length === 0);
      await sandbox.ok('snapshot', 'restore', 'sum', '--resume');
      await sandbox.ok('job', 'run', 'sum', 'file:in.jsonl', 'file:out.jsonl');
    }
    await waitFor('the run is over', async () => (await sandbox.ok('engine', 'inspect')) === 'FINISHED\n');
    expect(await digest(at('out.jsonl'))).toBe(await digest(at('undisturbed.jsonl')));
  });
});
