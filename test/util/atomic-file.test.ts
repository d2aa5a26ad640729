import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeDirectory, removeStaleTemporaries, writeFileAtomically } from '../../src/util/atomic-file.ts';
import { DiskError, failingFileSystem } from './failing-file-system.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

describe('an atomic write', () => {
  test('makes a file that only its owner can read', async () => {
    const path = join(temporaryFolder(), 'file');
    expect(await writeFileAtomically(path, 'hällo')).toBe(6);
    expect(readFileSync(path, 'utf8')).toBe('hällo');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('takes bytes and streams of bytes', async () => {
    const folder = temporaryFolder();
    await writeFileAtomically(join(folder, 'bytes'), Buffer.from([1, 0, 255]));
    expect([...readFileSync(join(folder, 'bytes'))]).toEqual([1, 0, 255]);
    expect(await writeFileAtomically(join(folder, 'stream'), chunks('ab', '', 'c'))).toBe(3);
    expect(readFileSync(join(folder, 'stream'), 'utf8')).toBe('abc');
  });

  test('leaves the old file and nothing else, whichever call fails', async () => {
    let failAt = 1;
    for (; ; failAt++) {
      const folder = temporaryFolder();
      const path = join(folder, 'file');
      writeFileSync(path, 'old');
      const { fileSystem, calls } = failingFileSystem(failAt);
      const written = writeFileAtomically(path, chunks('new ', 'content'), { fileSystem });
      if ((await written.catch((error: unknown) => error)) === 11) break;
      await expect(written).rejects.toThrow(DiskError);
      expect(readdirSync(folder)).toEqual(['file']);
      // After the rename the new file is in place; only its survival of the machine is not certain.
      expect(readFileSync(path, 'utf8')).toBe(calls.slice(0, -1).includes('rename') ? 'new content' : 'old');
      expect(calls.filter((call) => call === 'sync').length, 'syncs are not tried again').toBeLessThanOrEqual(2);
    }
    expect(failAt).toBeGreaterThan(10);
  });

  test('syncs the file before it is renamed, and the directory after', async () => {
    const { fileSystem, calls } = failingFileSystem(0);
    await writeFileAtomically(join(temporaryFolder(), 'file'), 'x', { fileSystem });
    expect(calls).toEqual(['open', 'write', 'sync', 'close', 'rename', 'open', 'sync', 'close']);
  });

  test('leaves nothing when its source fails', async () => {
    const folder = temporaryFolder();
    async function* failing() {
      yield Buffer.from('some');
      throw new Error('no more');
    }
    await expect(writeFileAtomically(join(folder, 'file'), failing())).rejects.toThrow('no more');
    expect(readdirSync(folder)).toEqual([]);
  });

  test.runIf(existsSync('/dev/full'))('tells that the disk is full', async () => {
    const fileSystem = {
      open: ((_: string, flags: string) => open('/dev/full', flags === 'r' ? 'r' : 'w')) as typeof open,
      rename,
    };
    const written = writeFileAtomically(join(temporaryFolder(), 'file'), 'x', { fileSystem });
    await expect(written).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

describe('temporary files', () => {
  /** Starts a write that ends when `finish` is called, and tells the name of its temporary file. */
  async function startWrite(folder: string) {
    let finish = () => {};
    let written: Promise<number> | undefined;
    await new Promise<void>((started) => {
      async function* slow() {
        started();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        yield Buffer.from('x');
      }
      written = writeFileAtomically(join(folder, 'file'), slow());
    });
    return { name: readdirSync(folder).find((name) => name.startsWith('.tmp-')) ?? '', finish, written };
  }

  test('of a running write are left alone', async () => {
    const folder = temporaryFolder();
    const { finish, written } = await startWrite(folder);
    await removeStaleTemporaries(folder);
    finish();
    await written;
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('of dead processes are removed, those of living ones and other files are not', async () => {
    const folder = temporaryFolder();
    const { name, finish, written } = await startWrite(folder);
    finish();
    await written;
    const dead = spawnSync('true').pid;
    const ofProcess = (pid: number) => name.replace(`-${process.pid}-`, `-${pid}-`);
    const abandoned = name;
    const foreign = `${name}.elsewhere`;
    const forgotten = `${name}.far`;
    for (const file of [ofProcess(dead), ofProcess(process.ppid), abandoned, foreign, forgotten, '.tmp', 'other']) {
      writeFileSync(join(folder, file), '');
    }
    utimesSync(join(folder, forgotten), 0, 0);
    await removeStaleTemporaries(folder);
    expect(readdirSync(folder).sort()).toEqual([ofProcess(process.ppid), foreign, '.tmp', 'file', 'other'].sort());
  });
});

test('directories are made with all that is above them, for their owner only', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a', 'b', 'c');
  await makeDirectory(path);
  await makeDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
});
