import { mkdirSync, readdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FastScoreError } from '../../../src/core/errors.ts';
import { newSnapshotId } from '../../../src/core/snapshot/id.ts';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { SnapshotRepository } from '../../../src/core/snapshot/repository.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import { anyUnit } from '../../util/any-unit.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { bytesOf, inPieces } from './bytes.ts';
import { entries, header } from './samples.ts';

const created = new Date('2026-03-01T08:30:00.999Z');
const isWhole = (text: string) => !/\p{Surrogate}/u.test(text);
const save = (repository: SnapshotRepository, model: string, id: string, at = created) =>
  repository.save(model, id, inPieces(id), { created: at });
const idsOf = async (repository: SnapshotRepository, model: string, options = {}) =>
  (await repository.list(model, options)).map(({ id }) => id);

describe('a snapshot repository', () => {
  test('keeps what was saved, to be listed, found, opened and removed', async () => {
    const folder = temporaryFolder();
    const repository = new SnapshotRepository(join(folder, 'snapshots'));
    const bytes = await bytesOf(encodeSnapshot(header, [entries]));
    const info = await repository.save('tally', header.id, inPieces(bytes, 7), { created });
    expect(info).toEqual({ id: 'k3v9qd2m', created_on: '2026-03-01T08:30:00Z', type: 'FST1', size: bytes.length });
    expect(await repository.list('tally')).toEqual([info]);
    expect(await repository.find('tally', 'k3v')).toEqual(info);
    expect(await bytesOf(await repository.open('tally', 'k'))).toEqual(bytes);
    expect(readdirSync(join(folder, 'snapshots', 'tally'))).toEqual(['20260301T083000999Z-1-k3v9qd2m.snapshot']);
    expect(statSync(join(folder, 'snapshots', 'tally', '20260301T083000999Z-1-k3v9qd2m.snapshot')).mode & 0o777).toBe(
      0o600,
    );
    expect(await repository.remove('tally', 'k3v9')).toEqual(info);
    expect(await repository.list('tally')).toEqual([]);
    expect(readdirSync(join(folder, 'snapshots', 'tally'))).toEqual([]);
  });

  test('prunes all but the newest and those that are pinned', async () => {
    const folder = temporaryFolder();
    const repository = new SnapshotRepository(folder);
    const ids = ['aaaaaaa1', 'aaaaaaa2', 'aaaaaaa3', 'aaaaaaa4', 'aaaaaaa5'];
    for (const id of ids) await save(repository, 'tally', id);
    expect(await repository.pin('tally', 'aaaaaaa2', true)).toMatchObject({ id: 'aaaaaaa2', pinned: true });
    await repository.pin('tally', 'aaaaaaa2', true);
    expect((await repository.list('tally')).map(({ pinned }) => pinned ?? false)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect((await repository.prune('tally', { keep: 2 })).map(({ id }) => id)).toEqual(['aaaaaaa3', 'aaaaaaa1']);
    expect(await idsOf(repository, 'tally')).toEqual(['aaaaaaa5', 'aaaaaaa4', 'aaaaaaa2']);
    expect(await repository.pin('tally', 'aaaaaaa2', false)).not.toHaveProperty('pinned');
    await repository.pin('tally', 'aaaaaaa2', false);
    await repository.pin('tally', 'aaaaaaa4', true);
    expect(await repository.prune('tally', { keep: 0 })).toHaveLength(2);
    await repository.remove('tally', 'aaaaaaa4');
    expect(readdirSync(join(folder, 'tally'))).toEqual([]);
    await expect(repository.pin('tally', 'aaaaaaa4', true)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    expect(await repository.prune('other', { keep: 1 })).toEqual([]);
  });

  test('gives the same bytes in another repository, under another model', async () => {
    const [one, other] = [new SnapshotRepository(temporaryFolder()), new SnapshotRepository(temporaryFolder())];
    const source = encodeSnapshot(header, [entries]);
    await one.save('tally', header.id, source, { created });
    const info = await other.save('tally 2', header.id, await one.open('tally', header.id), { created });
    expect(info).toEqual(await one.find('tally', header.id));
    const bytes = await bytesOf(await other.open('tally 2', header.id));
    expect(bytes).toEqual(await bytesOf(await one.open('tally', header.id)));
    expect((await readSnapshot(inPieces(bytes))).entries).toEqual(entries);
  });

  test('lists the newest first, also after the clock was set back', async () => {
    const repository = new SnapshotRepository(temporaryFolder());
    await save(repository, 'm', 'aaaaaaaa', new Date('2026-03-02T00:00:00Z'));
    await save(repository, 'm', 'bbbbbbbb', new Date('2026-03-01T00:00:00Z'));
    await save(repository, 'm', 'cccccccc', new Date('2026-03-01T00:00:00Z'));
    expect(await idsOf(repository, 'm')).toEqual(['cccccccc', 'bbbbbbbb', 'aaaaaaaa']);
    await repository.remove('m', 'c');
    await save(repository, 'm', 'dddddddd', new Date('2026-03-01T00:00:00Z'));
    expect(await idsOf(repository, 'm')).toEqual(['dddddddd', 'bbbbbbbb', 'aaaaaaaa']);
  });

  test('lists so many, and those between two dates, both included', async () => {
    const repository = new SnapshotRepository(temporaryFolder());
    const days = ['2026-03-01T10:00:00.000Z', '2026-03-02T10:00:00.500Z', '2026-03-03T10:00:00.000Z'];
    for (const [at, day] of days.entries()) await save(repository, 'm', `day0000${at}`, new Date(day));
    const second = new Date('2026-03-02T10:00:00Z');
    expect(await idsOf(repository, 'm', { count: 2 })).toEqual(['day00002', 'day00001']);
    expect(await idsOf(repository, 'm', { count: 0 })).toEqual([]);
    expect(await idsOf(repository, 'm', { since: second })).toEqual(['day00002', 'day00001']);
    expect(await idsOf(repository, 'm', { until: second })).toEqual(['day00001', 'day00000']);
    expect(await idsOf(repository, 'm', { since: second, until: second })).toEqual(['day00001']);
    expect(await idsOf(repository, 'm', { until: second, count: 1 })).toEqual(['day00001']);
  });

  test('knows a snapshot by any beginning of its id that no other has', async () => {
    const repository = new SnapshotRepository(temporaryFolder());
    for (const id of ['abcd1111', 'abcd2222', 'xyz00000']) await save(repository, 'm', id);
    expect((await repository.find('m', 'x')).id).toBe('xyz00000');
    expect((await repository.find('m', 'abcd1')).id).toBe('abcd1111');
    expect((await repository.find('m', 'abcd2222')).id).toBe('abcd2222');
    const ambiguous = {
      code: 'SNAPSHOT_AMBIGUOUS',
      message: "Several snapshots of model 'm' begin with 'abcd': abcd2222, abcd1111",
      hint: 'Give more characters of the id',
      details: { candidates: ['abcd2222', 'abcd1111'] },
    };
    await expect(repository.find('m', 'abcd')).rejects.toMatchObject(ambiguous);
    await expect(repository.open('m', 'abcd')).rejects.toMatchObject(ambiguous);
    await expect(repository.remove('m', 'abcd')).rejects.toMatchObject(ambiguous);
    expect(await idsOf(repository, 'm')).toHaveLength(3);
  });

  test('names only some of very many candidates', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'm'));
    for (let n = 0; n < 50; n++)
      writeFileSync(join(folder, 'm', `20260301T083000123Z-${n}-x${n + 1_000_000}.snapshot`), '');
    const found = new SnapshotRepository(folder).find('m', 'x');
    await expect(found).rejects.toThrow(/begin with 'x': (x10000\d\d, ){10}\.\.\.$/);
    await expect(found).rejects.toMatchObject({ details: { candidates: { length: 50 } } });
  });

  test.each(['zzz', 'K3V', 'k3v9qd2mx', '', '.', '*', '../m', '/'])('has no snapshot %j', async (prefix) => {
    const repository = new SnapshotRepository(temporaryFolder());
    await save(repository, 'm', 'k3v9qd2m');
    const missing = {
      code: 'SNAPSHOT_NOT_FOUND',
      message: `Model 'm' has no snapshot '${prefix}'`,
      hint: 'fastscore snapshot list m',
    };
    await expect(repository.find('m', prefix)).rejects.toMatchObject(missing);
    await expect(repository.open('m', prefix)).rejects.toMatchObject(missing);
    await expect(repository.remove('m', prefix)).rejects.toMatchObject(missing);
  });

  test('has nothing of a model that it does not know, and makes no folder for it', async () => {
    const folder = temporaryFolder();
    const repository = new SnapshotRepository(folder);
    expect(await repository.list('m')).toEqual([]);
    await expect(repository.find('m', 'k3v9qd2m')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('takes each id once per model, also when saves overlap', async () => {
    const repository = new SnapshotRepository(temporaryFolder());
    const taken = {
      code: 'SNAPSHOT_EXISTS',
      message: "Model 'm' has a snapshot 'aaaaaaaa' already",
      hint: 'Remove that one first: fastscore snapshot remove m aaaaaaaa',
    };
    const [first, second] = await Promise.allSettled([
      save(repository, 'm', 'aaaaaaaa'),
      save(repository, 'm', 'aaaaaaaa'),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(second).toMatchObject({ status: 'rejected', reason: taken });
    await expect(save(repository, 'm', 'aaaaaaaa')).rejects.toMatchObject(taken);
    await save(repository, 'other', 'aaaaaaaa');
    expect(await idsOf(repository, 'm')).toEqual(['aaaaaaaa']);
  });

  test('saves many at once, in the order in which they were asked for', async () => {
    const repository = new SnapshotRepository(temporaryFolder());
    const ids = Array.from({ length: 20 }, newSnapshotId);
    await Promise.all(ids.map((id) => save(repository, 'm', id)));
    expect(await idsOf(repository, 'm')).toEqual([...ids].reverse());
  });

  test('uses the newest of files that share an id', async () => {
    const folder = temporaryFolder();
    const repository = new SnapshotRepository(folder);
    await save(repository, 'm', 'aaaaaaaa');
    writeFileSync(join(folder, 'm', '20260301T083000123Z-7-aaaaaaaa.snapshot'), 'newest');
    expect((await repository.find('m', 'aaaaaaaa')).size).toBe(6);
    await repository.remove('m', 'aaaaaaaa');
    expect((await repository.find('m', 'aaaaaaaa')).size).toBe(8);
  });

  test.each(['latest', '-short', '../../ab', 'a.b', 'x'.repeat(65), ''])('refuses the id %j', async (id) => {
    const folder = temporaryFolder();
    await expect(save(new SnapshotRepository(folder), 'm', id)).rejects.toMatchObject({
      code: 'BAD_NAME',
      message: `A snapshot cannot be kept under the id '${id}'`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves alone what is not a snapshot', async () => {
    const folder = temporaryFolder();
    const repository = new SnapshotRepository(folder);
    await save(repository, 'm', 'aaaaaaaa');
    const model = join(folder, 'm');
    writeFileSync(join(model, 'README.md'), '');
    writeFileSync(join(model, '.hidden'), '');
    mkdirSync(join(model, '20260301T083000123Z-9-bbbbbbbb.snapshot'));
    symlinkSync('nowhere', join(model, '20260301T083000123Z-9-cccccccc.snapshot'));
    expect(await idsOf(repository, 'm')).toEqual(['aaaaaaaa']);
    await expect(repository.find('m', 'b')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    await expect(repository.open('m', 'c')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    expect(readdirSync(model)).toHaveLength(5);
  });

  test('tells when a folder is not to be read', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm'), 'a file where a folder should be');
    const repository = new SnapshotRepository(folder);
    await expect(repository.list('m')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'Cannot list snapshots: not a directory (ENOTDIR)',
    });
    await expect(save(repository, 'm', 'aaaaaaaa')).rejects.toMatchObject({ code: 'SNAPSHOT_WRITE_FAILED' });
  });
});

describe('names of models', () => {
  test.each([
    'a b',
    'a/b',
    '/etc/passwd',
    '..',
    '../../x',
    '.hidden',
    'a\\b',
    'gr\u00fc\u00dfe',
    '\u6a21\u578b',
    'CON',
    'x\0y',
    '%2e%2e',
  ])('%j stay in the folder, apart from others', async (model) => {
    const outside = temporaryFolder();
    const folder = join(outside, 'snapshots');
    const repository = new SnapshotRepository(folder);
    await save(repository, model, 'aaaaaaaa');
    await save(repository, `${model}2`, 'bbbbbbbb');
    expect(await idsOf(repository, model)).toEqual(['aaaaaaaa']);
    expect(readdirSync(outside)).toEqual(['snapshots']);
    expect(readdirSync(folder)).toHaveLength(2);
    for (const name of readdirSync(folder)) expect(readdirSync(join(folder, name))).toHaveLength(1);
  });

  test('of any kind stay in the folder', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: anyUnit, minLength: 1, maxLength: 12 }).filter(isWhole), async (model) => {
        const outside = temporaryFolder();
        const folder = join(outside, 'snapshots');
        const repository = new SnapshotRepository(folder);
        await save(repository, model, 'aaaaaaaa');
        expect(await idsOf(repository, model)).toEqual(['aaaaaaaa']);
        expect(readdirSync(outside)).toEqual(['snapshots']);
        expect(readdirSync(folder)).toHaveLength(1);
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ['', 'A name must not be empty'],
    ['\ud800', 'A name must be valid Unicode, this one has half of a character'],
    ['x'.repeat(300), 'A name may take 255 bytes as a file name, this one takes 300'],
  ])('%j are refused', async (model, reason) => {
    const repository = new SnapshotRepository(temporaryFolder());
    for (const attempt of [
      () => repository.list(model),
      () => repository.find(model, 'a'),
      () => save(repository, model, 'aaaaaaaa'),
    ]) {
      const failure = await attempt().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(FastScoreError);
      expect(failure).toMatchObject({ code: 'BAD_NAME', message: expect.stringContaining(reason) });
    }
  });
});

test('a snapshot that is removed while it is read is read to its end', async () => {
  const folder = temporaryFolder();
  const repository = new SnapshotRepository(folder);
  const bytes = Buffer.alloc(300_000, 'x');
  await repository.save('m', 'aaaaaaaa', inPieces(bytes));
  const stream = await repository.open('m', 'aaaaaaaa');
  for (const name of readdirSync(join(folder, 'm'))) unlinkSync(join(folder, 'm', name));
  expect((await bytesOf(stream)).equals(bytes)).toBe(true);
});
