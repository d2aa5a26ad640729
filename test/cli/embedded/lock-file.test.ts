import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { holderOf, tryLock } from '../../../src/cli/embedded/lock-file.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';

it('gives a lock to one at a time', async () => {
  const path = join(temporaryFolder(), 'lock');
  const unlock = await tryLock(path);
  expect(unlock).not.toBeNull();
  expect(await tryLock(path)).toBeNull();
  await unlock?.();
  expect(await tryLock(path)).not.toBeNull();
});

it('takes over the lock of a process that has died', async () => {
  const path = join(temporaryFolder(), 'lock');
  const { pid } = spawnSync('true');
  writeFileSync(`${path}.7`, `${pid} 12345`);
  expect(await tryLock(path)).not.toBeNull();
});

it('takes over the lock of a process whose number another one has now', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(`${path}.7`, `${process.pid} 1`);
  expect(await tryLock(path)).not.toBeNull();
});

it('takes over an old lock where processes of one number cannot be told apart', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(`${path}.1`, String(process.pid));
  expect(await tryLock(path)).toBeNull();
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(`${path}.1`, past, past);
  expect(await tryLock(path)).not.toBeNull();
});

it('never gives a stale lock to two of a crowd, and leaves one file', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'lock');
  const dead = spawnSync('true').pid;
  for (let round = 1; round <= 50; round++) {
    writeFileSync(`${path}.${round * 1000}`, `${dead} 1`);
    const locks = await Promise.all(Array.from({ length: 12 }, () => tryLock(path)));
    expect(locks.filter((lock) => lock !== null).length).toBeLessThanOrEqual(1);
  }
  const unlock = await tryLock(path);
  await unlock?.();
  expect(readdirSync(folder)).toHaveLength(1);
});

it('believes the lock of another machine while it shows signs of life', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(`${path}.3`, `${process.pid} 1 another-machine`);
  expect(await tryLock(path)).toBeNull();
  expect(await holderOf(path)).toBe(`process ${process.pid} on another-machine`);
  const past = new Date(Date.now() - 120_000);
  utimesSync(`${path}.3`, past, past);
  expect(await tryLock(path)).not.toBeNull();
});

it('tells who holds a lock', async () => {
  const path = join(temporaryFolder(), 'lock');
  expect(await holderOf(path)).toBeNull();
  const unlock = await tryLock(path);
  expect(await holderOf(path)).toBe(`process ${process.pid}`);
  await unlock?.();
  expect(await holderOf(path)).toBeNull();
});

it('shows signs of life as long as it is held', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const path = join(temporaryFolder(), 'lock');
  const unlock = await tryLock(path);
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(`${path}.1`, past, past);
  vi.advanceTimersByTime(10_000);
  await expect.poll(() => Date.now() - statSync(`${path}.1`).mtimeMs).toBeLessThan(60_000);
  await unlock?.();
  expect(vi.getTimerCount()).toBe(0);
});
