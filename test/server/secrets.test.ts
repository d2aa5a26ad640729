import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERROR_MEDIA_TYPE } from '../../src/api/shapes.ts';
import { FastScoreError } from '../../src/core/errors.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
const reports: string[] = [];
beforeAll(async () => {
  built = await buildServer({ report: (text) => reports.push(text) });
});
afterAll(() => built.close());

const CANARY = 'c4n4ry-s3cr3t';
const STREAM = {
  Transport: {
    Type: 'REST',
    Password: CANARY,
    Url: `http://u:${CANARY}@h/in.json?a=1&token=${CANARY}&X-Amz-Signature=${CANARY}`,
    Tls: { Key: `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----\n` },
  },
  Encoding: 'json',
};

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

test.each([
  ['its host', { Url: 'http://*****@evil.example' }],
  ['a further field', { ProxyUrl: 'http://evil.example' }],
  ['its type', { Type: 'HTTP' }],
])('a stored stream does not keep its secret when %s is another', async (_, change) => {
  await put('/1/stream/moved', STREAM);
  const shown = (await get('/1/stream/moved')).json();
  const moved = { ...shown, Transport: { ...shown.Transport, ...change } };
  const { statusCode, body } = await put('/1/stream/moved', moved);
  expect([statusCode, body]).toEqual([400, expect.stringMatching(/stars in the place of a secret/)]);
  expect(JSON.parse(await built.catalog.streams.get('moved'))).toEqual(STREAM);
  expect((await put('/2/active/stream/0', moved)).statusCode).toBe(400);
});

test('nor does one that takes the place of another under its name', async () => {
  await put('/1/stream/other', { Transport: { Type: 'HTTP', Url: 'http://evil.example' }, Encoding: 'json' });
  await put('/1/stream/mine', STREAM);
  const shown = (await get('/1/stream/mine')).json();
  expect((await put('/1/stream/other', shown)).statusCode).toBe(400);
});

test('a configuration keeps a secret only where nothing of its section changes', async () => {
  const db = { type: 'mysql', host: 'db.example', password: CANARY };
  const config = { fastscore: { db, fleet: [{ api: 'engine', host: 'e', port: 1 }] } };
  await put('/1/config', config);
  const shown = (await get('/1/config')).json();
  expect(JSON.stringify(shown)).not.toContain(CANARY);
  expect((await put('/1/config', { fastscore: { ...shown.fastscore, fleet: [] } })).statusCode).toBe(204);
  const moved = { fastscore: { db: { ...shown.fastscore.db, host: 'evil.example' } } };
  const { statusCode, body } = await put('/1/config', moved);
  expect([statusCode, body]).toEqual([400, expect.stringMatching(/stars in the place of a secret/)]);
  expect((await put('/1/config', config)).statusCode).toBe(204);
});

test('neither the sentence, nor the hint, nor the details of an error tell it', async () => {
  built.engine.pause = async () => {
    throw new FastScoreError('STREAM_FAILED', `Lost http://u:${CANARY}@h`, {
      hint: `Look at kafka://u:${CANARY}@h and http://h/?api_key=${CANARY}`,
      details: { Password: CANARY, tried: [{ text: `password=${CANARY}` }], url: `http://u:${CANARY}@h` },
    });
  };
  for (const accept of ['*/*', ERROR_MEDIA_TYPE]) {
    const reply = await built.app.inject({ method: 'POST', url: '/2/engine/pause', headers: { accept } });
    expect(reply.body).toContain('*****');
    expect(reply.body).not.toContain(CANARY);
  }
});

test('nor does the status of an engine, the trouble of a stream, or what is reported as our own fault', async () => {
  const at = `http://u:${CANARY}@h/?a=1&sig=${CANARY}`;
  built.engine.override = {
    failure: { code: 'STREAM_FAILED', message: `No answer from ${at}`, traceback: '', input: null },
    lastSnapshot: { id: null, error: `Cannot write to ${at}`, trigger: 'eof' },
  };
  built.engine.streams.set(0, { slot: 0, name: 's', descriptor: STREAM, eof: false, trouble: `No way to ${at}` });
  built.engine.unpause = async () => {
    throw new Error(`Cannot open ${at}`);
  };
  for (const url of ['/1/job/status', '/2/active/stream']) expect((await get(url)).body, url).not.toContain(CANARY);
  await built.app.inject({ method: 'POST', url: '/2/engine/unpause' });
  expect(reports).toEqual([expect.stringContaining('*****')]);
  expect(reports.join()).not.toContain(CANARY);
  built.engine.clear();
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
