import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pythonEnvironment } from '../../../src/jets/launch-python.ts';
import { installPandas } from './install-pandas.ts';

test('records become what pandas makes of them, and come back as they were', async () => {
  const file = join(import.meta.dirname, 'test_record_sets.py');
  const { stderr } = await promisify(execFile)(await installPandas(), [file], { env: pythonEnvironment() });
  expect(stderr).toMatch(/OK\s*$/);
});
