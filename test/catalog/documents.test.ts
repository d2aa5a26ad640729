import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

const kinds = [
  ['schemas', 'Schema', 'SCHEMA_NOT_FOUND'],
  ['streams', 'Stream', 'STREAM_NOT_FOUND'],
  ['sensors', 'Sensor', 'SENSOR_NOT_FOUND'],
] as const;

test.each(kinds)('%s are kept as the JSON text that was given', async (kind) => {
  const catalog = new Catalog(temporaryFolder());
  const text = '{ "max": 9007199254740993.10,\n  "max": 1e999 }\n';
  expect(await catalog[kind].put('a/b', text)).toBe('created');
  expect(await catalog[kind].put('int', '"int"')).toBe('created');
  expect(await catalog[kind].put('int', '"long"')).toBe('replaced');
  expect(await catalog[kind].get('a/b')).toBe(text);
  expect(await catalog[kind].list()).toEqual(['a/b', 'int']);
  expect(await readFile(join(catalog.directory, kind, 'int.json'), 'utf8')).toBe('"long"');
  await catalog[kind].remove('int');
  expect(await catalog[kind].list()).toEqual(['a/b']);
});

test.each(kinds)('a missing one of %s is told by its kind and name', async (kind, noun, code) => {
  const catalog = new Catalog(temporaryFolder());
  await catalog[kind].put('amps', '1');
  const failure = { code, message: `${noun} 'amp' not found`, hint: "Did you mean 'amps'?" };
  await expect(catalog[kind].get('amp')).rejects.toMatchObject(failure);
  await expect(catalog[kind].remove('amp')).rejects.toMatchObject(failure);
});

test.each(['', '{"a":}', '{} {}', 'int', "{'a': 1}", '[1,]'])('%j is refused, it is not JSON', async (text) => {
  const { schemas } = new Catalog(temporaryFolder());
  await expect(schemas.put('amps', text)).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringMatching(/^The text of schema 'amps' is not valid JSON: ./),
  });
  expect(await schemas.list()).toEqual([]);
});

test('a file that was changed into something else is told, not handed out', async () => {
  const catalog = new Catalog(temporaryFolder());
  await catalog.streams.put('s', '{}');
  await writeFile(join(catalog.directory, 'streams', 's.json'), '{"Transport":');
  await expect(catalog.streams.get('s')).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringMatching(/^The file of stream 's' is not valid JSON: ./),
    hint: 'Store it again',
  });
});
