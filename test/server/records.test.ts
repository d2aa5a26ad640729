import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';
import { connectTo } from './raw-request.ts';
import type { Started } from './start-server.ts';
import { startServer } from './start-server.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer();
});
afterEach(() => built.clear());
afterAll(() => built.close());

const REST = { name: 's', descriptor: { Transport: 'REST' } };
const attach = async (...slots: number[]) => {
  for (const slot of slots) await built.engine.attach(slot, REST);
};
const post = (url: string, payload: string | Buffer, headers = { 'content-type': 'application/octet-stream' }) =>
  built.app.inject({ method: 'POST', url, payload, headers });
const get = (url: string) => built.app.inject({ url });

describe('input and output', () => {
  test('without a slot are those of 0 and 1', async () => {
    await attach(0, 1);
    expect((await post('/1/job/input', 'one')).statusCode).toBe(204);
    const reply = await get('/1/job/output');
    expect([reply.statusCode, reply.body]).toEqual([200, 'one']);
    expect(reply.headers['content-type']).toBe('application/octet-stream');
  });

  test('with a slot keep bytes as they are', async () => {
    await attach(2, 3);
    const bytes = Buffer.from([0, 255, 10, 13]);
    await post('/1/job/input/2', bytes);
    expect((await get('/1/job/output/3')).rawPayload).toEqual(bytes);
  });

  test('nothing yet is a 202 after half a second, the end a 204', async () => {
    await attach(1);
    const before = performance.now();
    expect(await get('/1/job/output')).toMatchObject({ statusCode: 202, body: '' });
    expect(performance.now() - before).toBeGreaterThan(400);
    built.engine.ended = true;
    expect(await get('/1/job/output')).toMatchObject({ statusCode: 204, body: '' });
  });

  test('what comes while a client waits is answered then', async () => {
    await attach(0, 1);
    const waiting = get('/1/job/output');
    await expect.poll(() => built.engine.waitingCount).toBe(1);
    await post('/1/job/input', 'late');
    expect((await waiting).body).toBe('late');
  });

  test('without a REST stream on the slot are a 403 in one line', async () => {
    for (const reply of [await post('/1/job/input', 'x'), await get('/1/job/output'), await get('/1/job/output/3')]) {
      expect(reply.statusCode).toBe(403);
      expect(reply.body).toMatch(/^Slot \d has no REST stream$/);
    }
  });

  test('beyond the limit is a 413', async () => {
    await attach(0);
    expect((await post('/1/job/input', Buffer.alloc(64 * 1024 * 1024 + 1))).statusCode).toBe(413);
  });

  describe('of a client that has gone', () => {
    let started: Started;
    beforeEach(async () => {
      started = await startServer('socket');
      const { engine, listening, client, app } = started;
      await engine.attach(0, REST);
      await engine.attach(1, REST);
      const impatient = connectTo(listening);
      impatient.write('GET /1/job/output HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await expect.poll(() => engine.waitingCount).toBe(1);
      impatient.destroy();
      await expect.poll(promisify(app.server.getConnections.bind(app.server))).toBe(0);
      await client.engine.input(0, Buffer.from('kept'));
      await expect.poll(() => engine.waitingCount).toBe(0);
    });
    afterEach(() => started.close());

    test('a record is for the next one', async () => {
      expect((await started.client.engine.output(1)).toString()).toBe('kept');
    });

    test('a record does not outlive its stream', async () => {
      started.engine.say({ type: 'engine-config', item: 'stream', op: 'detach', ref: 1 });
      expect(await started.client.engine.output(1)).toBe('empty');
    });
  });
});

describe('roundtrip', () => {
  test('answers with the output of its own input, whatever path leads to the engine', async () => {
    await attach(0, 1);
    const words = ['a', 'b', 'c', 'd', 'e', 'f'];
    const replies = await Promise.all(
      words.map((word, index) =>
        post(`${index % 2 === 0 ? '' : '/api/1/service/engine-1'}/2/active/model/roundtrip/0/1`, word, {
          'content-type': 'application/json',
        }),
      ),
    );
    expect(replies.map(({ statusCode, body }) => [statusCode, body])).toEqual(words.map((word) => [200, word]));
  });

  test('times out after so many seconds', async () => {
    await attach(0, 3);
    const reply = await post('/2/active/model/roundtrip/0/3?timeout=0.05', 'x');
    expect([reply.statusCode, reply.body]).toEqual([504, 'No output came on slot 3 within 0.05 s']);
  });

  test('an output at its end is an error, never a 204', async () => {
    await attach(0, 3);
    built.engine.ended = true;
    expect((await post('/2/active/model/roundtrip/0/3', 'x')).statusCode).toBe(403);
  });

  test('without streams, or with a bad time-out, is refused', async () => {
    expect((await post('/2/active/model/roundtrip/0/1', 'x')).statusCode).toBe(403);
    expect((await post('/2/active/model/roundtrip/0/1?timeout=-1', 'x')).statusCode).toBe(400);
    expect((await post('/2/active/model/roundtrip/0/1?timeout=601', 'x')).statusCode).toBe(400);
  });

  test('one that fails does not hold up the next', async () => {
    await attach(0, 1, 2);
    const [failed, next] = await Promise.all([
      post('/2/active/model/roundtrip/4/1', 'x'),
      post('/2/active/model/roundtrip/0/1', 'y'),
    ]);
    expect([failed?.statusCode, next?.body]).toEqual([403, 'y']);
  });
});
