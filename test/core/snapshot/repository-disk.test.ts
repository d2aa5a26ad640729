import { existsSync, readdirSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FastScoreError } from '../../../src/core/errors.ts';
import { SnapshotRepository } from '../../../src/core/snapshot/repository.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import { cellKey } from '../../../src/core/state/key.ts';
import { failingFileSystem } from '../../util/failing-file-system.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { bytesOf, inPieces } from './bytes.ts';
import { entries, header } from './samples.ts';

const encoded = () => encodeSnapshot(header, [entries]);

describe('when a snapshot cannot be written', () => {
  test('whichever call fails, the ones before stay as they are and no half one is listed', async () => {
    let failAt = 1;
    for (; ; failAt++) {
      const folder = temporaryFolder();
      const before = await new SnapshotRepository(folder).save('m', 'before00', encoded());
      const { fileSystem } = failingFileSystem(failAt);
      const repository = new SnapshotRepository(folder, { fileSystem });
      const failure = await repository.save('m', 'later000', encoded()).catch((error: unknown) => error);
      if (!(failure instanceof FastScoreError)) break;
      expect(failure.code).toBe('SNAPSHOT_WRITE_FAILED');
      expect(failure.message).toMatch(
        /^Cannot save snapshot 'later000' of model 'm': i\/o error \(EIO\) after \d+ bytes$/,
      );
      expect(failure.hint).toBe('Snapshots that were there before are unchanged');
      expect(await repository.list('m')).toEqual([before]);
      expect(readdirSync(join(folder, 'm')), 'nothing is left behind').toHaveLength(1);
      expect(await bytesOf(await repository.open('m', 'before00'))).toEqual(await bytesOf(encoded()));
      // The disk is well again: the same repository and id work.
      await repository.save('m', 'later000', encoded());
      expect(await repository.list('m')).toHaveLength(2);
    }
    expect(failAt).toBeGreaterThan(15);
  });

  test.runIf(existsSync('/dev/full'))('a full disk is named, with how far it came', async () => {
    const fileSystem = {
      open: ((_: string, flags: string) => open('/dev/full', flags === 'r' ? 'r' : 'w')) as typeof open,
      rename,
    };
    const repository = new SnapshotRepository(temporaryFolder(), { fileSystem });
    await expect(repository.save('m', 'aaaaaaaa', encoded())).rejects.toMatchObject({
      code: 'SNAPSHOT_WRITE_FAILED',
      message: "Cannot save snapshot 'aaaaaaaa' of model 'm': no space left on device (ENOSPC) after 0 bytes",
    });
    expect(await repository.list('m')).toEqual([]);
  });

  test('because its source ends early, it is not there', async () => {
    const folder = temporaryFolder();
    const repository = new SnapshotRepository(folder);
    const problem = new FastScoreError('SNAPSHOT_CORRUPT', 'Snapshot is truncated at byte 4: its last line is missing');
    async function* failing(error: Error) {
      yield Buffer.from('some');
      throw error;
    }
    await expect(repository.save('m', 'aaaaaaaa', failing(problem))).rejects.toBe(problem);
    await expect(repository.save('m', 'aaaaaaaa', failing(new Error('line dropped')))).rejects.toMatchObject({
      code: 'SNAPSHOT_WRITE_FAILED',
      message: "Cannot save snapshot 'aaaaaaaa' of model 'm': line dropped after 4 bytes",
    });
    const bad = encodeSnapshot(header, [[[cellKey('a'), { json: 'NaN', native: null }]]]);
    await expect(repository.save('m', 'aaaaaaaa', bad)).rejects.toThrow("the value of cell 'a' is not JSON");
    expect(readdirSync(join(folder, 'm'))).toEqual([]);
  });
});

test('a snapshot is on the disk before it is listed: synced, renamed, its folder synced', async () => {
  const { fileSystem, calls } = failingFileSystem(0);
  await new SnapshotRepository(temporaryFolder(), { fileSystem }).save('m', 'aaaaaaaa', inPieces('x'));
  expect(calls).toEqual(['open', 'write', 'sync', 'close', 'rename', 'open', 'sync', 'close']);
});
