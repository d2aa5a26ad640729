import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tryLock } from '../../../src/cli/embedded/lock-file.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';

it('gives a lock to one at a time', async () => {
  const path = join(temporaryFolder(), 'lock');
  const unlock = await tryLock(path);
  expect(unlock).not.toBeNull();
  expect(await tryLock(path)).toBeNull();
  await unlock?.();
  expect(existsSync(path)).toBe(false);
  expect(await tryLock(path)).not.toBeNull();
});

it('takes over the lock of a process that has died', async () => {
  const path = join(temporaryFolder(), 'lock');
  const { pid } = spawnSync('true');
  writeFileSync(path, String(pid));
  expect(await tryLock(path)).not.toBeNull();
});

it('takes over a lock that is older than any start takes', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, String(process.pid));
  const past = new Date(Date.now() - 120_000);
  utimesSync(path, past, past);
  expect(await tryLock(path)).not.toBeNull();
});

it('leaves a lock alone that is being written this moment', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, '');
  expect(await tryLock(path)).toBeNull();
});

it('gives a stale lock to one of a crowd', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'lock');
  writeFileSync(path, String(spawnSync('true').pid));
  const locks = await Promise.all(Array.from({ length: 8 }, () => tryLock(path)));
  expect(locks.filter((lock) => lock !== null).length).toBeLessThanOrEqual(1);
  expect(readdirSync(folder).filter((name) => name !== 'lock')).toEqual([]);
});
