import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { SnapshotRepository } from '../../../src/core/snapshot/repository.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { bytesOf, inPieces } from './bytes.ts';
import { entries, header } from './samples.ts';

const { id } = header;
const keyOf = (byte: number) => async () => Buffer.alloc(32, byte);

async function saved(folder = temporaryFolder(), key = keyOf(1)) {
  const repository = new SnapshotRepository(folder, { key });
  const bytes = await bytesOf(encodeSnapshot(header, [entries]));
  const { size } = await repository.save('tally', id, inPieces(bytes, 50));
  const { sha256 } = await readSnapshot(inPieces(bytes));
  return { folder, repository, bytes, size, sha256 };
}

test('what was saved is its own, in every process that has the key, and the file itself is as it ever was', async () => {
  const { folder, repository, bytes, size, sha256 } = await saved();
  expect(await repository.isOwn('tally', sha256)).toBe(true);
  expect(await repository.sha256Of('tally', id, size)).toBe(sha256);
  expect(await new SnapshotRepository(folder, { key: keyOf(1) }).isOwn('tally', sha256)).toBe(true);
  expect(await bytesOf(await repository.open('tally', id))).toEqual(bytes);
  const [mark] = readdirSync(join(folder, 'tally')).filter((file) => file.endsWith('.own'));
  expect(mark).toMatch(new RegExp(`^${id}-[0-9a-f]{64}\\.own$`));
  const { size: markSize, mode } = statSync(join(folder, 'tally', mark!));
  expect([markSize, mode & 0o777]).toEqual([0, 0o600]);
  expect((await repository.list('tally')).map((info) => info.id)).toEqual([id]);
});

test('with another key, or none, it is not', async () => {
  const { folder, sha256 } = await saved();
  expect(await new SnapshotRepository(folder, { key: keyOf(2) }).isOwn('tally', sha256)).toBe(false);
  expect(await new SnapshotRepository(folder).isOwn('tally', sha256)).toBe(false);
});

test('what was put there by hand is not, nor what was changed, nor what was put under another name with its mark', async () => {
  const { folder, repository, sha256 } = await saved();
  const directory = join(folder, 'tally');
  const name = readdirSync(directory).find((file) => file.endsWith('.snapshot'))!;
  cpSync(directory, join(folder, 'other'), { recursive: true });
  expect(await repository.isOwn('other', sha256)).toBe(false);
  const altered = await bytesOf(encodeSnapshot({ ...header, trigger: 'request' }, [entries]));
  writeFileSync(join(directory, name), altered);
  const read = await readSnapshot(inPieces(readFileSync(join(directory, name))));
  expect(await repository.isOwn('tally', read.sha256)).toBe(false);
  expect(await repository.sha256Of('tally', id, altered.length)).toBe(read.sha256);
});

test('the mark goes with the snapshot', async () => {
  const { folder, repository, sha256 } = await saved();
  await repository.remove('tally', id);
  expect(readdirSync(join(folder, 'tally'))).toEqual([]);
  expect(await repository.isOwn('tally', sha256)).toBe(false);
  await saved(folder);
  await repository.prune('tally', { keep: 0 });
  expect(readdirSync(join(folder, 'tally'))).toEqual([]);
});

test('where no mark can be made, nothing is saved', async () => {
  const folder = temporaryFolder();
  const noKey = () => Promise.reject(new Error('there is no key'));
  await expect(saved(folder, noKey)).rejects.toMatchObject({
    code: 'SNAPSHOT_WRITE_FAILED',
    message: expect.stringContaining('there is no key'),
  });
  expect(readdirSync(join(folder, 'tally'))).toEqual([]);
});
