import { appendFileSync, closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { boundLog } from '../../../src/cli/embedded/log-file.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';

it('puts a long log aside once, under those who have it open', () => {
  const path = join(temporaryFolder(), 'engine.log');
  const open = openSync(path, 'a');
  writeSync(open, 'old\n');
  boundLog(path);
  expect(readFileSync(path, 'utf8')).toBe('old\n');

  appendFileSync(path, 'x'.repeat(1 << 20));
  boundLog(path);
  writeSync(open, 'new\n');
  closeSync(open);
  expect(readFileSync(path, 'utf8')).toBe('new\n');
  expect(statSync(`${path}.1`).size).toBe((1 << 20) + 4);
});
