import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

async function catalogWith(...models: string[]): Promise<Catalog> {
  const catalog = new Catalog(temporaryFolder());
  for (const model of models) await catalog.models.put(model, 'python3', Buffer.from('def action(x): yield x'));
  return catalog;
}

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

test('attachments are stored by model, from bytes or from a stream', async () => {
  const { attachments, directory } = await catalogWith('team/gain', 'loss');
  expect(await attachments.put('team/gain', 'lib.zip', Buffer.from('abc'))).toBe('created');
  expect(await attachments.put('team/gain', 'lib.zip', chunks('ab', '', 'cde'))).toBe('replaced');
  expect(await attachments.put('team/gain', 'a b.tar.gz', chunks())).toBe('created');
  const path = (file: string) => join(directory, 'attachments', 'team%2Fgain', file);
  expect(await attachments.list('team/gain')).toEqual([
    { name: 'a b.tar.gz', size: 0, format: 'tgz', path: path('a%20b.tar.gz') },
    { name: 'lib.zip', size: 5, format: 'zip', path: path('lib.zip') },
  ]);
  expect(await attachments.list('loss')).toEqual([]);
  expect(await attachments.info('team/gain', 'lib.zip')).toMatchObject({ size: 5, format: 'zip' });
  const { attachment, stream } = await attachments.open('team/gain', 'lib.zip');
  expect(attachment.size).toBe(5);
  expect((await buffer(stream)).toString()).toBe('abcde');
});

test('without an ending the first bytes say the format', async () => {
  const { attachments } = await catalogWith('m');
  await attachments.put('m', 'override', Buffer.from([0x1f, 0x8b, 8]));
  await attachments.put('m', 'other', Buffer.from('PK'));
  await attachments.put('m', 'short', Buffer.from([0x1f]));
  await attachments.put('m', 'named.tgz', Buffer.from('PK'));
  expect((await attachments.list('m')).map(({ name, format }) => [name, format])).toEqual([
    ['named.tgz', 'tgz'],
    ['other', 'zip'],
    ['override', 'tgz'],
    ['short', 'zip'],
  ]);
  const { stream } = await attachments.open('m', 'override');
  expect(await buffer(stream)).toEqual(Buffer.from([0x1f, 0x8b, 8]));
});

test('a missing attachment and a missing model are told apart', async () => {
  const { attachments } = await catalogWith('m');
  await attachments.put('m', 'lib.zip', Buffer.from('1'));
  for (const attempt of [
    () => attachments.info('m', 'lb.zip'),
    () => attachments.open('m', 'lb.zip'),
    () => attachments.remove('m', 'lb.zip'),
  ]) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'ATTACHMENT_NOT_FOUND',
      message: "Attachment 'lb.zip' not found",
      hint: "Did you mean 'lib.zip'?",
    });
  }
  for (const attempt of [() => attachments.list('n'), () => attachments.put('n', 'a.zip', Buffer.from('1'))]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  }
});

test('an upload that breaks off leaves the attachment as it was', async () => {
  const { attachments, directory } = await catalogWith('m');
  await attachments.put('m', 'lib.zip', Buffer.from('whole'));
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw new Error('the client is gone');
  }
  await expect(attachments.put('m', 'lib.zip', broken())).rejects.toThrow('the client is gone');
  expect((await attachments.info('m', 'lib.zip')).size).toBe(5);
  expect(await readdir(join(directory, 'attachments', 'm'))).toEqual(['lib.zip']);
});

test('a file that is being written is not listed', async () => {
  const { attachments, directory } = await catalogWith('m');
  async function* watched(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    expect(await readdir(join(directory, 'attachments', 'm'))).toHaveLength(1);
    expect(await attachments.list('m')).toEqual([]);
  }
  await attachments.put('m', 'lib.zip', watched());
  expect(await attachments.list('m')).toHaveLength(1);
});

test('removing a model removes its attachments and keeps its snapshots', async () => {
  const catalog = await catalogWith('m', 'other');
  await catalog.attachments.put('m', 'lib.zip', Buffer.from('1'));
  await catalog.attachments.put('other', 'lib.zip', Buffer.from('1'));
  const snapshot = join(catalog.snapshotsDirectory, 'm', 'kept');
  await mkdir(join(snapshot, '..'), { recursive: true });
  await writeFile(snapshot, '');
  await catalog.models.remove('m');
  expect(await readdir(join(catalog.directory, 'attachments'))).toEqual(['other']);
  await stat(snapshot);
  await catalog.models.put('m', 'R', Buffer.from('1'));
  expect(await catalog.attachments.list('m')).toEqual([]);
  await catalog.models.remove('m');
});

test('an attachment is removed alone', async () => {
  const { attachments } = await catalogWith('m');
  await attachments.put('m', 'a.zip', Buffer.from('1'));
  await attachments.put('m', 'b.zip', Buffer.from('1'));
  await attachments.remove('m', 'a.zip');
  expect((await attachments.list('m')).map(({ name }) => name)).toEqual(['b.zip']);
});
