import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runExample, WITH_TABLES } from '../../examples/run-example.ts';
import { installPandas } from './install-pandas.ts';

const home = mkdtempSync(join(tmpdir(), 'fastscore-examples-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

beforeAll(async () => {
  vi.stubEnv('FASTSCORE_PYTHON', await installPandas());
});

test.each(WITH_TABLES)(
  'the example %s in Python gives the expected outputs and leaves the expected state',
  async (model) => {
    const { status, stdout, stderr } = await runExample(home, `${model}.py`);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).not.toBe('');
  },
);
