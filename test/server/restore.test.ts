import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';
import { sampleSnapshot } from './sample-snapshot.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer({ uploadLimitBytes: 100_000 });
});
afterEach(() => built.clear());
afterAll(() => built.close());

const put = async (payload: Buffer, query = '') => {
  const headers = { 'content-type': 'application/octet-stream' };
  const { statusCode, body } = await built.app.inject({ method: 'PUT', url: `/1/job/state${query}`, payload, headers });
  return [statusCode, body] as const;
};
const store = (contents: Buffer) => built.snapshots.save('m', 'abcd1234', Readable.from([contents]));

describe('restoring a state', () => {
  test('takes the contents of a snapshot', async () => {
    expect(await put(await sampleSnapshot())).toEqual([204, '']);
    expect(built.engine.restored).toEqual({ id: 'abcd1234', model: 'm', trust: false });
  });

  test('while the engine runs is a 400', async () => {
    built.engine.state = 'running';
    expect(await put(await sampleSnapshot())).toEqual([400, 'The engine is running']);
  });

  test.each<[string, number, (contents: Buffer) => Buffer]>([
    ['cut', 403, (contents) => contents.subarray(0, -1)],
    ['changed', 403, (contents) => Buffer.from(contents.toString().replace('"value":1', '"value":2'))],
    ['something else', 403, () => Buffer.from('hello')],
    ['empty', 403, () => Buffer.alloc(0)],
    [
      'a line without an end',
      413,
      (contents) => Buffer.concat([contents.subarray(0, 40), Buffer.alloc(2_000_000, 97)]),
    ],
    ['too much', 413, (contents) => Buffer.concat([contents, Buffer.alloc(100_000)])],
  ])('from contents that are %s is a %i', async (_, status, change) => {
    const [answered, body] = await put(change(await sampleSnapshot()));
    expect(answered).toBe(status);
    expect(body).toMatch(/^[^\n]+$/);
    expect(built.engine.restored).toBeNull();
  });

  test('values that run code are taken from our own catalog, or when told to trust', async () => {
    const contents = await sampleSnapshot({ isNative: true });
    expect((await put(contents))[0]).toBe(403);
    expect((await put(contents, '?trust=true'))[0]).toBe(204);
    expect(built.engine.restored?.trust).toBe(true);
    await store(contents);
    expect((await put(contents))[0]).toBe(204);
  });

  test('values that run code are not taken from a file that was put into the catalog by hand', async () => {
    const contents = await sampleSnapshot({ isNative: true });
    const folder = join(built.catalog.snapshotsDirectory, 'm');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '20260301T083000000Z-1-abcd1234.snapshot'), contents);
    const metadata = async () =>
      (await built.app.inject({ url: '/1/model/m/snapshot/abcd/metadata' })).json<{ own: boolean; sha256: string }>();
    expect(await metadata()).toMatchObject({ own: false, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await put(contents))[0]).toBe(403);
    expect(built.engine.restored).toBeNull();
    expect((await put(contents, '?trust=true'))[0]).toBe(204);
    await rm(folder, { recursive: true });
    await store(contents);
    expect(await metadata()).toMatchObject({ own: true });
    expect((await put(contents))[0]).toBe(204);
  });

  test('values that every reader understands are taken from anywhere', async () => {
    const folder = join(built.catalog.snapshotsDirectory, 'm');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '20260301T083000000Z-1-abcd1234.snapshot'), await sampleSnapshot());
    expect((await put(await sampleSnapshot()))[0]).toBe(204);
  });

  test('what only claims to be in the catalog is refused', async () => {
    await store(await sampleSnapshot({ total: 1 }));
    const [status, body] = await put(await sampleSnapshot({ total: 2, isNative: true }));
    expect([status, body]).toEqual([403, expect.stringContaining('differ from the one in the catalog')]);
    expect(built.engine.restored).toBeNull();
  });

  test('a model name that fits no catalog is no reason to fail', async () => {
    expect(await put(await sampleSnapshot({ model: 'x'.repeat(300) }))).toEqual([204, '']);
  });

  test('trust=perhaps is a 400', async () => {
    expect((await put(await sampleSnapshot(), '?trust=perhaps'))[0]).toBe(400);
  });
});
