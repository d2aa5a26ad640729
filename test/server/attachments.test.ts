import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

const ZIP = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x00, 0xff]);
const GZIP = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);

let built: Built;
beforeAll(async () => {
  built = await buildServer({ uploadLimitBytes: 1000 });
});
beforeEach(async () => {
  await built.catalog.models.put('m', 'python3', Buffer.from('x'));
});
afterEach(() => built.clear());
afterAll(() => built.close());

const send = (method: 'GET' | 'HEAD' | 'DELETE', url: string) =>
  built.app.inject({ method, url, headers: { 'content-type': 'application/json' } });
const put = (url: string, payload: Buffer, type = 'application/zip') =>
  built.app.inject({ method: 'PUT', url, payload, headers: { 'content-type': type } });

describe('attachments', () => {
  test('are created, updated, fetched byte for byte, listed and removed', async () => {
    expect((await send('GET', '/1/model/m/attachment')).json()).toEqual([]);
    expect((await put('/1/model/m/attachment/lib.zip', Buffer.from('old'))).statusCode).toBe(201);
    expect((await put('/1/model/m/attachment/lib.zip', ZIP)).statusCode).toBe(204);
    expect((await send('GET', '/1/model/m/attachment')).json()).toEqual(['lib.zip']);
    const got = await send('GET', '/1/model/m/attachment/lib.zip');
    expect(got.rawPayload).toEqual(ZIP);
    expect(got.headers).toMatchObject({ 'content-type': 'application/zip', 'content-length': '6' });
    expect((await send('DELETE', '/1/model/m/attachment/lib.zip')).statusCode).toBe(204);
    expect((await send('GET', '/1/model/m/attachment')).json()).toEqual([]);
  });

  test('a HEAD says type and length, exactly', async () => {
    await put('/1/model/m/attachment/lib.tgz', GZIP, 'application/gzip');
    const { statusCode, headers, body } = await send('HEAD', '/1/model/m/attachment/lib.tgz');
    expect([statusCode, body]).toEqual([200, '']);
    expect(headers).toMatchObject({ 'content-type': 'application/gzip', 'content-length': '4' });
  });

  test.each(['GET', 'HEAD', 'DELETE'] as const)('%s of one that is not there is a 404', async (method) => {
    expect((await send(method, '/1/model/m/attachment/none.zip')).statusCode).toBe(404);
    expect((await send(method, '/1/model/nobody/attachment/none.zip')).statusCode).toBe(404);
  });

  test('of a model that is not there cannot be listed or stored', async () => {
    expect((await send('GET', '/1/model/nobody/attachment')).statusCode).toBe(403);
    expect((await put('/1/model/nobody/attachment/a.zip', ZIP)).statusCode).toBe(404);
  });

  test.each(['..', '%2e%2e%2fx', '%00', 'x'.repeat(300), '%0a'])('%s is no name of one', async (name) => {
    const reply = await put(`/1/model/m/attachment/x%2F${name}`, ZIP);
    expect(reply.statusCode).toBe(400);
    expect(reply.body).toMatch(/is no name for an? attachment/);
  });

  test('another type than zip and gzip is refused', async () => {
    expect((await put('/1/model/m/attachment/a.txt', ZIP, 'text/plain')).statusCode).toBe(400);
  });

  test('beyond the limit are refused, and nothing of them is kept', async () => {
    const reply = await put('/1/model/m/attachment/a.zip', Buffer.alloc(1001));
    expect([reply.statusCode, reply.body]).toEqual([
      413,
      'The body is larger than the 1000 bytes that this path allows',
    ]);
    expect((await send('GET', '/1/model/m/attachment')).json()).toEqual([]);
    expect((await put('/1/model/m/attachment/a.zip', Buffer.alloc(1000))).statusCode).toBe(201);
  });

  test('go with their model', async () => {
    await put('/1/model/m/attachment/lib.zip', ZIP);
    await send('DELETE', '/1/model/m');
    await built.catalog.models.put('m', 'python3', Buffer.from('x'));
    expect((await send('GET', '/1/model/m/attachment')).json()).toEqual([]);
  });
});
