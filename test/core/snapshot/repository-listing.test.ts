import { createReadStream, openSync, readFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { SnapshotRepository } from '../../../src/core/snapshot/repository.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { inPieces } from './bytes.ts';

vi.mock(import('node:fs/promises'), async (load) => {
  const real = await load();
  return { ...real, open: vi.fn(real.open), readFile: vi.fn(real.readFile) as typeof real.readFile };
});
vi.mock(import('node:fs'), async (load) => {
  const real = await load();
  return {
    ...real,
    openSync: vi.fn(real.openSync),
    readFileSync: vi.fn(real.readFileSync) as typeof real.readFileSync,
    createReadStream: vi.fn(real.createReadStream),
  };
});

test('snapshots are listed and found without opening a file', async () => {
  const repository = new SnapshotRepository(temporaryFolder());
  const saved = await repository.save('m', 'aaaaaaaa', inPieces('anything'));
  expect(vi.mocked(files.open)).toHaveBeenCalled();
  vi.clearAllMocks();
  expect(await repository.list('m')).toEqual([saved]);
  expect(await repository.find('m', 'a')).toEqual(saved);
  for (const call of [files.open, files.readFile, openSync, readFileSync, createReadStream]) {
    expect(vi.mocked(call)).not.toHaveBeenCalled();
  }
});
