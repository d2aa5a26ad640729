import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_MEDIA_TYPE } from '../../src/api/shapes.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

const PYTHON = 'application/vnd.fastscore.model-python3';
const SDK = { 'user-agent': 'Swagger-Codegen/master/python' };

let built: Built;
beforeAll(async () => {
  built = await buildServer();
});
afterEach(() => built.clear());
afterAll(() => built.close());

const get = (url: string, headers: Record<string, string> = {}) => built.app.inject({ url, headers });
const put = (url: string, payload: string | Buffer, type = 'application/json') =>
  built.app.inject({ method: 'PUT', url, payload, headers: { 'content-type': type } });
const remove = (url: string) =>
  built.app.inject({ method: 'DELETE', url, headers: { 'content-type': 'application/json' } });

describe('models', () => {
  test('are created, updated, shown, listed and removed', async () => {
    expect((await put('/1/model/m', 'one', PYTHON)).statusCode).toBe(201);
    expect((await put('/1/model/m', 'two', PYTHON)).statusCode).toBe(204);
    const shown = await get('/1/model/m');
    expect(shown.body).toBe('two');
    expect(shown.headers['content-type']).toBe(PYTHON);
    expect((await get('/1/model')).json()).toEqual(['m']);
    expect((await get('/1/model?return=type')).json()).toEqual([{ name: 'm', type: 'python3' }]);
    expect((await remove('/1/model/m')).statusCode).toBe(204);
    expect((await get('/1/model')).json()).toEqual([]);
  });

  test.each(['GET', 'DELETE'] as const)('%s of one that is not there is a 404 in one line', async (method) => {
    const reply = await built.app.inject({ method, url: '/1/model/nobody' });
    expect(reply.statusCode).toBe(404);
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(reply.body).toMatch(/^[^\n{<]*nobody[^\n]*$/);
  });

  test('our own clients get errors as JSON', async () => {
    const reply = await get('/1/model/nobody', { accept: `*/*, ${ERROR_MEDIA_TYPE}` });
    expect(reply.headers['content-type']).toContain(ERROR_MEDIA_TYPE);
    expect(reply.json()).toMatchObject({ code: 'MODEL_NOT_FOUND', kind: 'missing' });
  });

  test('may have names with slashes and blanks', async () => {
    await put('/1/model/a%2Fb%20c', 'x', PYTHON);
    expect((await get('/1/model')).json()).toEqual(['a/b c']);
    expect((await get('/1/model/a%2Fb%20c')).body).toBe('x');
    expect((await get('/1/model/a/b%20c')).statusCode).toBe(404);
  });

  test('an encoded percent sign is decoded once', async () => {
    await put('/1/model/a%252Fb', 'x', PYTHON);
    expect((await get('/1/model')).json()).toEqual(['a%2Fb']);
  });

  test.each(['%00', '..%2F..%2Fetc', 'x'.repeat(300), '%20'])('%s is no name', async (name) => {
    expect((await put(`/1/model/${name}`, 'x', PYTHON)).statusCode).toBe(400);
  });

  test.each(['text/plain', 'application/vnd.fastscore.model-cobol'])(
    '%s is no Content-Type of a model',
    async (type) => {
      expect((await put('/1/model/m', 'x', type)).statusCode).toBe(400);
    },
  );

  test('an unknown return is a bad parameter', async () => {
    expect((await get('/1/model?return=size')).statusCode).toBe(403);
  });

  test('a source in Latin-1 is kept as UTF-8', async () => {
    await put('/1/model/m', Buffer.from('# caf\u00e9', 'latin1'), PYTHON);
    expect((await get('/1/model/m')).rawPayload.toString('utf8')).toBe('# caf\u00e9');
  });

  test('a source of a JSON type that comes as a JSON string is taken out of it', async () => {
    const type = 'application/vnd.fastscore.model-pfa+json';
    await put('/1/model/m', JSON.stringify('{"input": "int"}'), type);
    const shown = await get('/1/model/m');
    expect([shown.headers['content-type'], shown.body]).toEqual([type, '{"input": "int"}']);
    await put('/1/model/m', '{"input": "string"}', type);
    expect((await get('/1/model/m')).body).toBe('{"input": "string"}');
  });

  test('the SDK, which parses what it can, gets a source that is JSON as a JSON string', async () => {
    await put('/1/model/m', '{"cells": []}', 'application/vnd.fastscore.model-jupyter');
    expect((await get('/1/model/m', SDK)).body).toBe('"{\\"cells\\": []}"');
    await put('/1/model/p', 'x = 1', PYTHON);
    expect((await get('/1/model/p', SDK)).body).toBe('x = 1');
  });

  test('have attachments, none at first', async () => {
    await put('/1/model/m', 'x', PYTHON);
    await built.catalog.attachments.put('m', 'lib.zip', Buffer.from('zip'));
    expect((await get('/1/model/m/attachment')).json()).toEqual(['lib.zip']);
    expect((await get('/1/model/nobody/attachment')).statusCode).toBe(403);
  });

  test('larger than the limit are refused', async () => {
    const reply = await built.app.inject({
      method: 'PUT',
      url: '/1/model/m',
      headers: { 'content-type': PYTHON },
      payload: Buffer.alloc(64 * 1024 * 1024 + 1),
    });
    expect([reply.statusCode, reply.body]).toEqual([
      413,
      'The body is larger than the 67108864 bytes that this path allows',
    ]);
  });
});

describe.each(['schema', 'stream', 'sensor'])('documents of kind %s', (kind) => {
  test('are created, updated, shown as they were given, listed and removed', async () => {
    const text = '{ "type": "int",\n  "default": 12345678901234567890 }';
    expect((await put(`/1/${kind}/a`, '{}')).statusCode).toBe(201);
    expect((await put(`/1/${kind}/a`, text)).statusCode).toBe(204);
    const shown = await get(`/1/${kind}/a`);
    expect(shown.body).toBe(text);
    expect(shown.headers['content-type']).toMatch(/^application\/json/);
    expect((await get(`/1/${kind}`)).json()).toEqual(['a']);
    expect((await remove(`/1/${kind}/a`)).statusCode).toBe(204);
    expect((await remove(`/1/${kind}/a`)).statusCode).toBe(404);
    expect((await get(`/1/${kind}/a`)).statusCode).toBe(404);
  });

  test.each([
    '',
    '{',
    '{} {}',
    '{"__proto__": 1}',
    `${'['.repeat(200)}${']'.repeat(200)}`,
    Buffer.from([0x22, 0xff, 0x22]),
  ])('a body such as %j is refused', async (body) => {
    expect((await put(`/1/${kind}/a`, body)).statusCode).toBe(400);
    expect((await get(`/1/${kind}`)).json()).toEqual([]);
  });

  test('larger than a mebibyte are refused', async () => {
    expect((await put(`/1/${kind}/a`, `"${'x'.repeat(1 << 20)}"`)).statusCode).toBe(413);
  });
});

describe('schemas', () => {
  test.each([
    ['"int"', '"int"'],
    [JSON.stringify('{"type": "int"}'), '{"type": "int"}'],
    [JSON.stringify('"int"'), '"int"'],
    [JSON.stringify('12'), '"12"'],
    ['["null", "int"]', '["null", "int"]'],
  ])('%s is stored as %s', async (sent, stored) => {
    await put('/1/schema/s', sent);
    expect((await get('/1/schema/s')).body).toBe(stored);
  });
});
