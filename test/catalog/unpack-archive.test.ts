import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, Header } from 'tar';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ARCHIVE_LIMITS } from '../../src/catalog/archive-census.ts';
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

const MIB = 1024 ** 2;

const tarOf = (members: readonly (readonly [string, Buffer])[]): Buffer =>
  Buffer.concat([
    ...members.flatMap(([path, content]) => {
      const header = new Header({ path, size: content.length, type: 'File', mode: 0o644 });
      header.encode();
      return [header.block!, content, Buffer.alloc(-content.length & 511)];
    }),
    Buffer.alloc(1024),
  ]);

const bombs = {
  zip: (size: number) => zipOf({ zeros: Buffer.alloc(size) }, { deflated: true }),
  tgz: (size: number) => gzipSync(tarOf([['zeros', Buffer.alloc(size)]])),
} as const;

describe.each(['zip', 'tgz'] as const)('a %s that holds too much', (format) => {
  async function unpack(archive: Buffer, limits = ARCHIVE_LIMITS): Promise<void> {
    const path = join(folder, 'a');
    await writeFile(path, archive);
    await unpackArchive({ name: `a.${format}`, format, path }, target, limits);
  }

  test('is refused when it is large for what it takes, and nothing is written', async () => {
    await expect(unpack(bombs[format](65 * MIB))).rejects.toMatchObject(
      refused(/^Attachment 'a\..*' would be more than 100 times as large unpacked$/),
    );
    expect(await readdir(target)).toEqual([]);
  });

  test('may be as compressible as it likes as long as it is small', async () => {
    const limits = { ...ARCHIVE_LIMITS, bytesOfAnyRatio: MIB };
    await unpack(bombs[format](MIB - 2048), limits);
    expect((await stat(join(target, 'zeros'))).size).toBe(MIB - 2048);
    await expect(unpack(bombs[format](MIB + 1), limits)).rejects.toMatchObject(refused(/100 times as large/));
  });

  test('is refused when all of it is too much, or has too many members', async () => {
    const few = { ...ARCHIVE_LIMITS, members: 2, bytes: 10_000 };
    const members = (count: number, size: number): Buffer => {
      const content = Array.from({ length: count }, (_, i) => [`m${i}`, randomBytes(size)] as const);
      return format === 'zip' ? zipOf(Object.fromEntries(content)) : gzipSync(tarOf(content));
    };
    await expect(unpack(members(2, 6000), few)).rejects.toMatchObject(refused(/more than 10000 bytes unpacked/));
    await expect(unpack(members(3, 10), few)).rejects.toMatchObject(refused(/more than 2 members/));
    expect(await readdir(target)).toEqual([]);
    await unpack(members(2, 3000), few);
    expect(await readdir(target)).toEqual(['m0', 'm1']);
  });
});

test('a zip whose member is larger than it says is refused', async () => {
  const archive = zipOf({ zeros: Buffer.alloc(100_000) }, { deflated: true });
  const place = archive.indexOf('PK\x01\x02');
  archive.writeUInt32LE(10, place + 24);
  await expect(unpackZip(archive)).rejects.toMatchObject(refused(/cannot be unpacked/));
});

test('of a tgz no more is read than shows that it is too much, wherever that stands', async () => {
  const limits = { ...ARCHIVE_LIMITS, bytesOfAnyRatio: MIB };
  const unpack = async (archive: Buffer): Promise<void> => {
    await writeFile(join(folder, 'a'), archive);
    await unpackArchive({ name: 'a.tgz', format: 'tgz', path: join(folder, 'a') }, target, limits);
  };
  const behindEnd = gzipSync(Buffer.concat([tarOf([['a', Buffer.from('1')]]), Buffer.alloc(4 * MIB)]));
  await expect(unpack(behindEnd)).rejects.toMatchObject(refused(/100 times as large/));
  // What it says of itself is enough.
  const header = new Header({ path: 'a', size: 200 * 1024 ** 3, type: 'File' });
  header.encode();
  await expect(unpack(gzipSync(header.block!))).rejects.toMatchObject(refused(/more than \d+ bytes unpacked/));
  await expect(unpack(gzipSync(bombs.tgz(2 * MIB)))).rejects.toMatchObject(refused(/compressed twice/));
  expect(await readdir(target)).toEqual([]);
});

test('a tar that is not compressed is unpacked', async () => {
  const path = join(folder, 'a.tgz');
  await writeFile(path, tarOf([['a', Buffer.from('one')]]));
  await unpackArchive({ name: 'a.tgz', format: 'tgz', path }, target);
  expect(await readFile(join(target, 'a'), 'utf8')).toBe('one');
});

test('a tgz that was cut anywhere is refused, or has lost nothing but the end behind its members', async () => {
  const path = join(folder, 'a.tgz');
  const whole = gzipSync(tarOf([['a', randomBytes(3000)]]));
  for (const size of [0, 1, 2, 20, 500, 2000, whole.length - 9, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, size));
    await expect(unpackArchive({ name: 'a.tgz', format: 'tgz', path }, target), String(size)).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
    });
  }
  const plain = tarOf([['a', randomBytes(3000)]]);
  for (const size of [100, 512, 1000, 3500]) {
    await writeFile(path, plain.subarray(0, size));
    await expect(unpackArchive({ name: 'a.tgz', format: 'tgz', path }, target), String(size)).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
    });
  }
});
