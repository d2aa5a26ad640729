import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unpackArchive } from '../../src/catalog/unpack-archive.ts';
import { zipOf } from '../services/clients/support/zip.ts';

let folder: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fastscore-unpack-'));
  target = join(folder, 'target');
  await mkdir(target);
});
afterEach(() => rm(folder, { recursive: true }));

async function unpackZip(archive: Buffer): Promise<void> {
  const path = join(folder, 'a.zip');
  await writeFile(path, archive);
  await unpackArchive({ name: 'a.zip', format: 'zip', path }, target);
}

async function unpackTar(members: string[], options: { preservePaths?: boolean } = {}): Promise<void> {
  const path = join(folder, 'a.tgz');
  await create({ file: path, gzip: true, cwd: join(folder, 'source'), ...options }, members);
  await unpackArchive({ name: 'a.tgz', format: 'tgz', path }, target);
}

const refused = (what: RegExp) => ({ code: 'ARCHIVE_INVALID', message: expect.stringMatching(what) });

describe('a zip', () => {
  test('is unpacked with its folders', async () => {
    await unpackZip(zipOf({ 'a.txt': 'one', 'b/': '', 'b/c/d.txt': 'two' }));
    expect(await readFile(join(target, 'a.txt'), 'utf8')).toBe('one');
    expect(await readFile(join(target, 'b', 'c', 'd.txt'), 'utf8')).toBe('two');
  });

  test.each(['../x', 'a/../../x', '/x', '..\\x', 'C:\\x', 'a/..'])('with %s is refused as a whole', async (name) => {
    await expect(unpackZip(zipOf({ 'good.txt': '1', [name]: '2' }))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    expect(await readdir(folder)).toEqual(['a.zip', 'target']);
    expect(await readdir(target)).toEqual([]);
  });

  test('with a link is refused', async () => {
    const archive = zipOf({ link: '/etc/passwd' });
    const place = archive.indexOf('PK\x01\x02');
    archive.writeUInt32LE((0o120777 << 16) >>> 0, place + 38);
    await expect(unpackZip(archive)).rejects.toMatchObject(refused(/no plain file/));
  });

  test.each([[Buffer.alloc(0)], [Buffer.from('PK')], [zipOf({ a: 'b' }).subarray(0, 40)]])(
    'that is damaged is refused',
    async (archive) => {
      await expect(unpackZip(archive)).rejects.toMatchObject(refused(/cannot be unpacked/));
    },
  );
});

describe('a tgz', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'source', 'b'), { recursive: true });
    await writeFile(join(folder, 'source', 'a.txt'), 'one');
    await writeFile(join(folder, 'source', 'b', 'c.txt'), 'two');
    await writeFile(join(folder, 'away.txt'), 'three');
    await symlink('/etc/passwd', join(folder, 'source', 'link'));
  });

  test('is unpacked with its folders', async () => {
    await unpackTar(['a.txt', 'b']);
    expect(await readFile(join(target, 'a.txt'), 'utf8')).toBe('one');
    expect(await readFile(join(target, 'b', 'c.txt'), 'utf8')).toBe('two');
  });

  test('with a member that leads out is refused as a whole', async () => {
    await expect(unpackTar(['a.txt', '../away.txt'], { preservePaths: true })).rejects.toMatchObject(
      refused(/leads out/),
    );
    expect(await readdir(target)).toEqual([]);
  });

  test('with a link is refused', async () => {
    await expect(unpackTar(['a.txt', 'link'])).rejects.toMatchObject(refused(/no plain file/));
    expect(await readdir(target)).toEqual([]);
  });

  test('that is damaged is refused', async () => {
    const path = join(folder, 'bad.tgz');
    await writeFile(path, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]));
    const archive = { name: 'bad.tgz', format: 'tgz', path } as const;
    await expect(unpackArchive(archive, target)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
});
