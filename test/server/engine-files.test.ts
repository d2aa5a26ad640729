import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeEach(async () => {
  built = await buildServer();
});
afterEach(() => built.close());

const url = (path: string): string => `/2/engine/file?path=${encodeURIComponent(path)}`;
const put = async (path: string, payload: string) => {
  const headers = { 'content-type': 'application/octet-stream' };
  const { statusCode, body } = await built.app.inject({ method: 'PUT', url: url(path), headers, payload });
  return { status: statusCode, body };
};
const list = async (): Promise<unknown> => (await built.app.inject({ url: '/2/engine/file' })).json();
const load = async () => {
  const headers = {
    'content-type': 'application/vnd.fastscore.model-python3',
    'content-disposition': 'x-model; name="m"',
  };
  await built.app.inject({ method: 'PUT', url: '/1/job/model?dry-run=true', headers, payload: 'x' });
  return (built.engine.verified?.files ?? []).map(({ path, source }) => [path, readFileSync(source, 'utf8')]);
};

test('files are kept by path, and go to the models that are loaded then', async () => {
  expect((await put('data/w.bin', 'one')).status).toBe(201);
  expect((await put('a.txt', '')).status).toBe(201);
  expect((await put('data/w.bin', 'three')).status).toBe(204);
  expect(await list()).toEqual([
    { path: 'a.txt', size: 0 },
    { path: 'data/w.bin', size: 5 },
  ]);
  expect(await load()).toEqual([
    ['data/w.bin', 'three'],
    ['a.txt', ''],
  ]);
});

test('a file that is removed goes to nobody', async () => {
  await put('a.txt', 'a');
  expect((await built.app.inject({ method: 'DELETE', url: url('a.txt') })).statusCode).toBe(204);
  expect((await built.app.inject({ method: 'DELETE', url: url('a.txt') })).statusCode).toBe(404);
  expect(await load()).toEqual([]);
});

test.each(['', '/etc/passwd', '../up', 'a/../../up', './a', 'a//b', 'a/', 'a\\b', 'a\u0000b', 'x'.repeat(1001)])(
  'the path %j is refused',
  async (path) => {
    expect(await put(path, 'x')).toEqual({
      status: 400,
      body: expect.stringMatching(/is no place in the working directory of models/),
    });
    expect(await list()).toEqual([]);
  },
);

test('a file cannot be a directory too', async () => {
  await put('a/b', 'x');
  expect((await put('a', 'x')).body).toMatch(/cannot both be there/);
  expect((await put('a/b/c', 'x')).body).toMatch(/cannot both be there/);
  expect((await put('ab', 'x')).status).toBe(201);
});

test('a path is needed', async () => {
  expect((await built.app.inject({ method: 'PUT', url: '/2/engine/file', payload: 'x' })).statusCode).toBe(400);
});
