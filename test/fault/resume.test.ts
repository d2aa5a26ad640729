import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../e2e/support/sandbox.ts';
import { openSandbox } from '../e2e/support/sandbox.ts';
import { describeWithBoth } from '../languages.ts';
import { digest, interruptAtRandom, numbers, SUMS } from './interrupted-run.ts';

const RECORDS = 60_000;
const INTERRUPTIONS = 12;

describeWithBoth('a run from file to file', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await openSandbox({ ...SUMS, 'in.jsonl': numbers(RECORDS) });
  });

  afterEach(() => sandbox.close());

  test.each(Object.keys(SUMS))(
    '%s: killed at random moments, its outputs are those of one that was not',
    async (model) => {
      await sandbox.ok('run', model, 'in.jsonl', 'undisturbed.jsonl', '--name', 'undisturbed');
      const { size } = await stat(join(sandbox.directory, 'undisturbed.jsonl'));
      await interruptAtRandom(sandbox, { model }, { size, times: INTERRUPTIONS });
      const [interrupted, undisturbed] = await Promise.all(
        ['out.jsonl', 'undisturbed.jsonl'].map((name) => digest(join(sandbox.directory, name))),
      );
      expect(interrupted).toBe(undisturbed);
    },
  );
});
