import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { MODEL_TYPES } from '../../src/model/types.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

const source = (text: string) => Buffer.from(text);

async function newCatalog(): Promise<{ catalog: Catalog; models: string }> {
  const directory = join(temporaryFolder(), 'catalog');
  return { catalog: new Catalog(directory), models: join(directory, 'models') };
}

test('a catalog that does not exist is empty, and reading does not make it', async () => {
  const { catalog } = await newCatalog();
  expect(await catalog.models.list()).toEqual([]);
  await expect(stat(catalog.directory)).rejects.toThrow('ENOENT');
});

test('a model is a plain file with its bytes unchanged, which only its owner can read', async () => {
  const { catalog, models } = await newCatalog();
  const bytes = Buffer.from([0x23, 0x20, 0xe9, 0x0d, 0x0a, 0x00]);
  expect(await catalog.models.put('gain', 'python3', bytes)).toBe('created');
  expect(await readFile(join(models, 'gain.py3'))).toEqual(bytes);
  expect(await catalog.models.get('gain')).toEqual({ name: 'gain', mtype: 'python3', source: bytes });
  expect((await stat(models)).mode & 0o777).toBe(0o700);
  expect((await stat(catalog.directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(models, 'gain.py3'))).mode & 0o777).toBe(0o600);
});

test('models of every type are listed by name with their types', async () => {
  const { catalog } = await newCatalog();
  const names = MODEL_TYPES.map((mtype, index) => ({ name: `${'cab'[index % 3]} ${index}.py`, mtype }));
  for (const { name, mtype } of names) await catalog.models.put(name, mtype, source(name));
  const sorted = names.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(await catalog.models.list()).toEqual(sorted);
  for (const stored of names) expect(await catalog.models.info(stored.name)).toEqual(stored);
});

test('a model that is stored again under another type leaves one file', async () => {
  const { catalog, models } = await newCatalog();
  await catalog.models.put('gain', 'python', source('print 1'));
  expect(await catalog.models.put('gain', 'R', source('1'))).toBe('replaced');
  expect(await readdir(models)).toEqual(['gain.R']);
  expect(await catalog.models.put('gain', 'R', source('2'))).toBe('replaced');
  expect((await catalog.models.get('gain')).source.toString()).toBe('2');
});

test('when two files claim one name the newer one counts, until one is stored or removed', async () => {
  const { catalog, models } = await newCatalog();
  await catalog.models.put('gain', 'R', source('new'));
  await writeFile(join(models, 'gain.py'), 'old');
  await utimes(join(models, 'gain.py'), 1, 1);
  expect(await catalog.models.list()).toEqual([{ name: 'gain', mtype: 'R' }]);
  await utimes(join(models, 'gain.R'), 0, 0);
  expect(await catalog.models.list()).toEqual([{ name: 'gain', mtype: 'python' }]);
  await catalog.models.remove('gain');
  expect(await readdir(models)).toEqual([]);
});

test('files put there by hand are models, what is not named like one is left alone', async () => {
  const { catalog, models } = await newCatalog();
  await mkdir(join(models, 'folder.py'), { recursive: true });
  const others = [
    'README.md',
    '.gitkeep',
    '.tmp-0123-1-host.py',
    'a%2.py',
    'a b.py',
    '..%2Fx.py',
    '%2E%2E%2Fx.py',
    '.py',
  ];
  for (const file of [...others, 'hand.ppfa', 'two.json', 'a%20b.py3']) await writeFile(join(models, file), '1');
  expect(await catalog.models.list()).toEqual([
    { name: 'a b', mtype: 'python3' },
    { name: 'hand', mtype: 'pfa-pretty' },
    { name: 'two', mtype: 'pfa-json' },
  ]);
  for (const { name } of await catalog.models.list()) await catalog.models.remove(name);
  expect((await readdir(models)).toSorted()).toEqual([...others, 'folder.py'].toSorted());
});

test('a name is one model, however like a path or a file it looks', async () => {
  const { catalog, models } = await newCatalog();
  const names = ['team/gain', 'team', 'gain.py', 'gain', 'GAIN', '-rf', 'größe', 'a%2Fb', 'a/b', '.env', 'CON'];
  for (const name of names) expect(await catalog.models.put(name, 'python', source(name))).toBe('created');
  for (const name of names) expect((await catalog.models.get(name)).source.toString()).toBe(name);
  expect(await readdir(join(models, '..'))).toEqual(['models']);
  expect(await readdir(models)).toHaveLength(names.length);
});

test('a missing model is told by name, with the nearest one', async () => {
  const { catalog } = await newCatalog();
  await catalog.models.put('gain', 'R', source('1'));
  const failure = { code: 'MODEL_NOT_FOUND', message: "Model 'gains' not found", hint: "Did you mean 'gain'?" };
  await expect(catalog.models.get('gains')).rejects.toMatchObject(failure);
  await expect(catalog.models.info('gains')).rejects.toMatchObject(failure);
  await expect(catalog.models.remove('gains')).rejects.toMatchObject(failure);
  await expect(catalog.models.get('weather')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', hint: undefined });
});

test('every method refuses what is no name, and writes nothing', async () => {
  const { catalog } = await newCatalog();
  const { models, attachments } = catalog;
  for (const name of ['', '../x', 'x'.repeat(300), 'a\nb']) {
    await expect(models.get(name)).rejects.toMatchObject({ code: 'BAD_NAME' });
    await expect(models.put(name, 'R', source('1'))).rejects.toMatchObject({ code: 'BAD_NAME' });
    await expect(models.remove(name)).rejects.toMatchObject({ code: 'BAD_NAME' });
    await expect(attachments.list(name)).rejects.toMatchObject({ code: 'BAD_NAME' });
    await expect(catalog.schemas.put(name, '1')).rejects.toMatchObject({ code: 'BAD_NAME' });
  }
  await expect(stat(catalog.directory)).rejects.toThrow('ENOENT');
});

test('a folder that cannot be read or written is told without its path', async () => {
  const { catalog, models } = await newCatalog();
  await mkdir(catalog.directory);
  await writeFile(models, 'a file where a directory should be');
  await expect(catalog.models.list()).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: "Cannot read folder 'models' of the catalog: not a directory (ENOTDIR)",
  });
});

test('a disk that takes no file is told in words', async () => {
  const { catalog } = await newCatalog();
  await writeFile(catalog.directory, '');
  await expect(catalog.schemas.put('amps', '1')).rejects.toMatchObject({
    message: expect.not.stringContaining(catalog.directory),
  });
});
