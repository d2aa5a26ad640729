import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeMultipart } from '../../src/api/multipart.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';
import { sampleSnapshot } from './sample-snapshot.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer({ uploadLimitBytes: 100_000 });
});
beforeEach(async () => {
  await built.catalog.models.put('m', 'python3', Buffer.from('x'));
});
afterEach(() => built.clear());
afterAll(() => built.close());

const get = (url: string) => built.app.inject({ url });
const put = (url: string, payload: Buffer, type = 'application/octet-stream') =>
  built.app.inject({ method: 'PUT', url, payload, headers: { 'content-type': type } });
const remove = (url: string) => built.app.inject({ method: 'DELETE', url });
const store = async (id: string, created: string) =>
  built.snapshots.save('m', id, Readable.from([await sampleSnapshot({ id })]), { created: new Date(created) });

describe('snapshots of a model', () => {
  test('are listed newest first with all four fields', async () => {
    expect((await get('/1/model/m/snapshot')).json()).toEqual([]);
    await store('aaaaaaaa', '2026-01-01T10:00:00Z');
    await store('bbbbbbbb', '2026-01-02T10:00:00Z');
    const list = (await get('/1/model/m/snapshot')).json();
    expect(list).toEqual([
      { id: 'bbbbbbbb', created_on: '2026-01-02T10:00:00Z', type: 'FST1', size: expect.any(Number) },
      { id: 'aaaaaaaa', created_on: '2026-01-01T10:00:00Z', type: 'FST1', size: expect.any(Number) },
    ]);
  });

  test.each([
    ['count=1', ['bbbbbbbb']],
    ['count=0', []],
    ['date-range=2026-01-02--', ['bbbbbbbb']],
    ['date-range=--2026-01-01', ['aaaaaaaa']],
    ['date-range=2026-01-01--2026-01-02', ['bbbbbbbb', 'aaaaaaaa']],
    ['date-range=2026-01-01T10:00:01%2B00:00--', ['bbbbbbbb']],
    ['date-range=2026-01-01T10:00:00+00:00--2026-01-01T11:00:00Z', ['aaaaaaaa']],
    ['date-range=--', ['bbbbbbbb', 'aaaaaaaa']],
  ])('chosen by %s are %j', async (query, ids) => {
    await store('aaaaaaaa', '2026-01-01T10:00:00Z');
    await store('bbbbbbbb', '2026-01-02T10:00:00Z');
    const list = (await get(`/1/model/m/snapshot?${query}`)).json() as { id: string }[];
    expect(list.map(({ id }) => id)).toEqual(ids);
  });

  test.each([
    'count=x',
    'count=-1',
    'count=1.5',
    'count=1&count=2',
    'date-range=2026',
    'date-range=x--',
    'date-range=2026-13-01--',
  ])('%s is a bad query', async (query) => {
    expect((await get(`/1/model/m/snapshot?${query}`)).statusCode).toBe(400);
  });

  test('a model that is not there is a 403', async () => {
    expect((await get('/1/model/nobody/snapshot')).statusCode).toBe(403);
  });

  test('are found by any beginning that only one has', async () => {
    await store('abcaaaaa', '2026-01-01T10:00:00Z');
    await store('abdaaaaa', '2026-01-01T10:00:00Z');
    expect((await get('/1/model/m/snapshot/abc/metadata')).json()).toMatchObject({ id: 'abcaaaaa', type: 'FST1' });
    for (const path of ['ab/metadata', 'ab/contents', 'ab']) {
      const reply = await get(`/1/model/m/snapshot/${path}`);
      expect([reply.statusCode, reply.body], path).toEqual([300, expect.stringContaining('abdaaaaa, abcaaaaa')]);
    }
    expect((await remove('/1/model/m/snapshot/ab')).statusCode).toBe(300);
  });

  test.each(['zz/metadata', 'zz/contents', 'zz'])('%s of one that is not there is a 404', async (path) => {
    expect((await get(`/1/model/m/snapshot/${path}`)).statusCode).toBe(404);
    expect((await get(`/1/model/nobody/snapshot/${path}`)).statusCode).toBe(404);
  });

  test('contents come byte for byte with their length', async () => {
    await store('abcaaaaa', '2026-01-01T10:00:00Z');
    const contents = await get('/1/model/m/snapshot/abc/contents');
    expect(contents.rawPayload).toEqual(await sampleSnapshot({ id: 'abcaaaaa' }));
    expect(contents.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': `${contents.rawPayload.length}`,
    });
  });

  test('metadata and contents come together as multipart', async () => {
    await store('abcaaaaa', '2026-01-01T10:00:00Z');
    const reply = await get('/1/model/m/snapshot/abc');
    expect(reply.headers['content-type']).toMatch(/^multipart\/mixed; boundary=/);
    expect(reply.body).toContain('"id":"abcaaaaa"');
    expect(reply.body).toContain((await sampleSnapshot({ id: 'abcaaaaa' })).toString());
  });

  test('are removed', async () => {
    await store('abcaaaaa', '2026-01-01T10:00:00Z');
    expect((await remove('/1/model/m/snapshot/abc')).statusCode).toBe(204);
    expect((await remove('/1/model/m/snapshot/abc')).statusCode).toBe(404);
  });

  test.each(['..', '%00', 'x'.repeat(300)])('%s is no name, of a model or of a snapshot', async (name) => {
    for (const url of [
      `/1/model/x%2F${name}/snapshot`,
      `/1/model/m/snapshot/x%2F${name}/metadata`,
      `/1/model/m/snapshot/x%2F${name}/contents`,
    ]) {
      const reply = await get(url);
      expect([reply.statusCode, reply.body], url).toEqual([400, expect.stringContaining('is no name')]);
    }
    expect((await remove(`/1/model/m/snapshot/x%2F${name}`)).statusCode).toBe(400);
    expect((await put(`/1/model/x%2F${name}/snapshot/abcd1234`, await sampleSnapshot())).statusCode).toBe(400);
  });
});

describe('importing a snapshot', () => {
  const path = '/1/model/m/snapshot/abcd1234';
  const stored = async () => (await built.snapshots.list('m')).length;

  test('as it is, or as a part of multipart', async () => {
    const contents = await sampleSnapshot();
    expect((await put(path, contents)).statusCode).toBe(201);
    expect((await get(`${path}/contents`)).rawPayload).toEqual(contents);
    await remove(path);
    const parts = [
      { contentType: 'application/json', body: Buffer.from('{}') },
      { contentType: 'application/octet-stream', body: contents },
    ];
    for (const type of ['multipart/mixed', 'multipart/form-data']) {
      const body = Buffer.concat(await Readable.from(writeMultipart(parts, 'b')).toArray());
      expect((await put(path, body, `${type}; boundary=b`)).statusCode).toBe(201);
      expect((await get(`${path}/contents`)).rawPayload).toEqual(contents);
      await remove(path);
    }
  });

  test.each(['mine', 'A', 'a-b', 'x'.repeat(64), 'zzzz9999'])('under the id %s that the client chooses', async (id) => {
    const contents = await sampleSnapshot();
    const chosen = `/1/model/m/snapshot/${id}`;
    expect((await put(chosen, contents)).statusCode).toBe(201);
    expect((await get('/1/model/m/snapshot')).json()).toMatchObject([{ id, created_on: '2026-03-01T08:30:00Z' }]);
    expect((await get(`${chosen}/metadata`)).json()).toMatchObject({ id, own: true });
    expect((await get(`${chosen}/contents`)).rawPayload).toEqual(contents);
    expect((await put(chosen, contents)).statusCode).toBe(400);
    expect((await put(path, contents)).statusCode).toBe(201);
    expect((await remove(chosen)).statusCode).toBe(204);
    expect((await get(`${path}/metadata`)).json()).toMatchObject({ id: 'abcd1234', own: true });
  });

  test('an id that is the beginning of another is that one', async () => {
    for (const id of ['ab', 'abc', 'ab-c']) await put(`/1/model/m/snapshot/${id}`, await sampleSnapshot());
    expect((await get('/1/model/m/snapshot/ab/metadata')).json()).toMatchObject({ id: 'ab' });
    expect((await remove('/1/model/m/snapshot/ab')).statusCode).toBe(204);
    expect((await get('/1/model/m/snapshot/ab/metadata')).statusCode).toBe(300);
    expect((await get('/1/model/m/snapshot/ab-c/metadata')).json()).toMatchObject({ id: 'ab-c', own: true });
  });

  test.each(['latest', '-x', 'a.b', 'a b', 'x'.repeat(65), '\u00e9'])('%s is no id to choose', async (id) => {
    const reply = await put(`/1/model/m/snapshot/${encodeURIComponent(id)}`, await sampleSnapshot());
    expect([reply.statusCode, reply.body]).toEqual([400, expect.stringContaining('Use up to 64 letters')]);
    expect(await stored()).toBe(0);
  });

  test('with objects, under another id, is restored as its own', async () => {
    const contents = await sampleSnapshot({ isNative: true });
    await put('/1/model/m/snapshot/mine?trust=true', contents);
    const headers = { 'content-type': 'application/octet-stream' };
    const restored = await built.app.inject({ method: 'PUT', url: '/1/job/state', payload: contents, headers });
    expect(restored.statusCode).toBe(204);
  });

  test('keeps the time at which it was taken', async () => {
    await put(path, await sampleSnapshot());
    expect((await get(`${path}/metadata`)).json()).toMatchObject({ created_on: '2026-03-01T08:30:00Z' });
  });

  test('under an id that is there is refused, and the old one stays', async () => {
    const contents = await sampleSnapshot();
    await put(path, contents);
    const reply = await put(path, await sampleSnapshot({ total: 2 }));
    expect([reply.statusCode, reply.body]).toEqual([400, expect.stringContaining('abcd1234')]);
    expect((await get(`${path}/contents`)).rawPayload).toEqual(contents);
  });

  test.each<[string, number, (contents: Buffer) => Buffer]>([
    ['cut', 403, (contents) => contents.subarray(0, -1)],
    ['cut in the header', 403, (contents) => contents.subarray(0, 40)],
    ['changed', 403, (contents) => Buffer.from(contents.toString().replace('"value":1', '"value":2'))],
    ['something else', 403, () => Buffer.from('hello')],
    ['empty', 403, () => Buffer.alloc(0)],
    ['followed by something', 403, (contents) => Buffer.concat([contents, Buffer.from('x')])],
    ['larger than allowed', 413, (contents) => Buffer.concat([contents, Buffer.alloc(100_000)])],
  ])('whose contents are %s is answered with %i and stores nothing', async (_, status, change) => {
    const reply = await put(path, change(await sampleSnapshot()));
    expect(reply.statusCode).toBe(status);
    expect(reply.body).toMatch(/^[^\n]+$/);
    expect(await stored()).toBe(0);
  });

  test('with values that run code needs trust', async () => {
    const contents = await sampleSnapshot({ isNative: true });
    const refused = await put(path, contents);
    expect([refused.statusCode, refused.body]).toEqual([403, expect.stringContaining('trust=true')]);
    expect(await stored()).toBe(0);
    expect((await put(`${path}?trust=True`, contents)).statusCode).toBe(201);
  });

  test.each([
    ['no contents', 'multipart/mixed; boundary=b', '--b\r\ncontent-type: application/json\r\n\r\n{}\r\n--b--'],
    ['no boundary', 'multipart/mixed', 'x'],
    ['no end', 'multipart/mixed; boundary=b', '--b\r\ncontent-type: application/octet-stream\r\n\r\nx'],
  ])('as multipart with %s is refused', async (_, type, body) => {
    expect((await put(path, Buffer.from(body), type)).statusCode).toBeOneOf([400, 403]);
    expect(await stored()).toBe(0);
  });
});
