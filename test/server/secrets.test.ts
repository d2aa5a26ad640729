import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer();
});
afterAll(() => built.close());

const CANARY = 'c4n4ry-s3cr3t';
const STREAM = { Transport: { Type: 'REST', Password: CANARY, Url: `http://u:${CANARY}@h` }, Encoding: 'json' };

const json = { 'content-type': 'application/json' };
const put = (url: string, payload: unknown) =>
  built.app.inject({ method: 'PUT', url, payload: JSON.stringify(payload), headers: json });
const get = (url: string) => built.app.inject({ url });

test('a stream is stored with its secret and shown without, and what was shown stands for it', async () => {
  await put('/1/stream/kept', STREAM);
  const shown = (await get('/1/stream/kept')).body;
  expect(shown).not.toContain(CANARY);
  expect((await put('/2/active/stream/0', JSON.parse(shown))).statusCode).toBe(204);
  expect(built.engine.streams.get(0)?.descriptor).toEqual(STREAM);
  for (const url of ['/2/active/stream', '/1/job/status']) {
    const { body } = await get(url);
    expect(body, url).toContain('*****');
    expect(body, url).not.toContain(CANARY);
  }
});

test('a stream that is stored again as it was shown keeps its secret', async () => {
  await put('/1/stream/edited', STREAM);
  const shown = (await get('/1/stream/edited')).json();
  expect((await put('/1/stream/edited', { ...shown, Loop: true })).statusCode).toBe(204);
  expect(JSON.parse(await built.catalog.streams.get('edited'))).toEqual({ ...STREAM, Loop: true });
});

test('stars that stand for nothing known are refused', async () => {
  const unknown = { Transport: { Type: 'REST', Password: '*****' }, Colour: 'red' };
  for (const url of ['/1/stream/new', '/2/active/stream/0']) {
    const { statusCode, body } = await put(url, unknown);
    expect([statusCode, body]).toEqual([400, expect.stringMatching(/stars in the place of a secret \(Send/)]);
  }
});

test('an error does not quote it', async () => {
  const payload = `{"Password": "${CANARY}" x`;
  const { statusCode, body } = await built.app.inject({ method: 'PUT', url: '/1/stream/bad', payload, headers: json });
  expect(statusCode).toBe(400);
  expect(body).not.toContain(CANARY);
});
