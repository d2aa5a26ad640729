import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { rawBytes } from '../raw-request.ts';
import type { Started } from '../start-server.ts';
import { startServer } from '../start-server.ts';

const PATH = '/api/1/service/connect/2/pneumo';
const TOKEN = 'open-sesame-open-sesame';

let started: Started;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  started = await startServer('tcp', { token: TOKEN });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await started.close();
});

/** An open websocket, the texts that come over it, and a promise of the first `count` of them as JSON. */
async function open(path = PATH, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) {
  const socket = new WebSocket(started.listening.address.replace('http', 'ws') + path, { headers });
  sockets.push(socket);
  const heard: Record<string, unknown>[] = [];
  let wake = (): void => {};
  socket.on('message', (data: Buffer) => {
    heard.push(JSON.parse(data.toString()));
    wake();
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    closed,
    async first(count: number) {
      while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return heard;
    },
  };
}

const log = (text: string) => ({ type: 'log', level: 64, text }) as const;

describe('the websocket of Pneumo', () => {
  test.each([PATH, '/2/pneumo', '/api/1/service/connect/1/notify'])('%s tells what happens', async (path) => {
    const { first } = await open(path);
    started.engine.become('running');
    started.engine.say({ type: 'engine-config', item: 'jet', op: 'start', ref: '4711' });
    expect(await first(2)).toMatchObject([
      { src: 'engine-1', type: 'engine-state', state: 'running', timestamp: expect.stringMatching(/Z$/) },
      { src: 'engine-1', type: 'engine-config', item: 'jet', op: 'start', ref: '4711' },
    ]);
  });

  test('filters by source and by type', async () => {
    const all = await open();
    const logs = await open(`${PATH}?src=engine-1&type=log`);
    const others = await open(`${PATH}?src=engine-2`);
    started.engine.become('running');
    started.engine.say(log('one'));
    started.server.pneumo.publish('engine-2', log('two'));
    expect(await all.first(3)).toHaveLength(3);
    expect(await logs.first(1)).toMatchObject([{ text: 'one' }]);
    expect(await others.first(1)).toMatchObject([{ text: 'two' }]);
  });

  test('tells those who come late how a run has ended, and nothing of runs that go on', async () => {
    started.engine.become('running');
    started.engine.become('finished');
    const late = await open();
    expect(await late.first(1)).toMatchObject([{ type: 'engine-state', state: 'finished' }]);
    const failure = { code: 'MODEL_FAILED', message: 'bad', traceback: '', input: null };
    started.engine.say({ type: 'model-error', failure });
    started.engine.become('error');
    const later = await open();
    expect(await later.first(1)).toMatchObject([{ type: 'model-error', console: 'bad' }]);
    await started.engine.reset();
    const again = await open();
    started.engine.say(log('first'));
    expect(await again.first(1)).toMatchObject([{ text: 'first' }]);
  });

  test('wants the token, a host and an origin of its own, and a query that makes sense', async () => {
    await expect(open(PATH, {})).rejects.toThrow('401');
    const authorization = `Bearer ${TOKEN}`;
    await expect(open(PATH, { authorization, host: 'evil.example' })).rejects.toThrow('421');
    await expect(open(PATH, { authorization, origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(open(`${PATH}?src=a&src=b`, { authorization })).rejects.toThrow('400');
    await expect(open('/api/1/service/engine-1/2/pneumo', { authorization })).rejects.toThrow('404');
  });

  test('takes the origin of the same host with another scheme, and the token with Bearer twice', async () => {
    const { host } = new URL(started.listening.address);
    const { first } = await open(PATH, { authorization: `Bearer Bearer ${TOKEN}`, origin: `http://${host}` });
    started.engine.say(log('here'));
    expect(await first(1)).toHaveLength(1);
  });

  test('cuts off a reader that does not read, and no other', async () => {
    const fast = await open();
    const { port } = new URL(started.listening.address);
    const slow = connect(Number(port), '127.0.0.1');
    const request = [
      `GET ${PATH} HTTP/1.1`,
      'Host: localhost',
      `Authorization: ${TOKEN}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    slow.write(`${request.join('\r\n')}\r\n\r\n`);
    await new Promise<void>((resolve) => slow.once('readable', resolve));
    const gone = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => {});
    const text = 'x'.repeat(256 * 1024);
    let told = 0;
    while (started.app.websocketServer.clients.size > 1) {
      started.engine.say(log(text));
      told += 1;
      await fast.first(told);
    }
    slow.resume();
    await gone;
    started.engine.say(log('the end'));
    expect((await fast.first(told + 1)).at(-1)).toMatchObject({ text: 'the end' });
  });

  test('does not fill the memory, however many clients stop reading', async () => {
    const stalled = await Promise.all(Array.from({ length: 40 }, () => open()));
    for (const { socket } of stalled) socket.pause();
    const { clients } = started.app.websocketServer;
    const text = 'x'.repeat(64 * 1024);
    let most = 0;
    while (clients.size > 0) {
      started.engine.say(log(text));
      most = Math.max(
        most,
        [...clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0),
      );
      await new Promise(setImmediate);
    }
    expect(most).toBeLessThan(64 * 1024 * 1024);
    const { first } = await open();
    started.engine.say(log('the end'));
    expect(await first(1)).toMatchObject([{ text: 'the end' }]);
  });

  test('survives a client that talks', async () => {
    const { socket, first } = await open();
    socket.send('hello');
    started.engine.say(log('still here'));
    expect(await first(1)).toHaveLength(1);
    const other = await open();
    other.socket.send('x'.repeat(10_000));
    expect(await other.closed).toBeGreaterThan(1000);
  });

  test('ends with the server, in the words of its protocol', async () => {
    const { closed } = await open();
    await started.listening.close();
    expect(await closed).toBe(1001);
  });
});

describe('the history of Pneumo', () => {
  test('filters, counts and forgets', async () => {
    for (let number = 1; number <= 100; number++) started.engine.say(log(`${number}`));
    started.engine.become('running');
    const { connect } = started.client;
    expect(await connect.history()).toHaveLength(60);
    expect(await connect.history({ count: 1000 })).toHaveLength(103);
    expect(await connect.history({ type: 'log', count: 1 })).toMatchObject([{ text: '100' }]);
    expect(await connect.history({ src: 'connect' })).toMatchObject([{ type: 'health' }, { type: 'health' }]);
    expect(await connect.history({ src: 'nobody' })).toEqual([]);
    await expect(connect.history({ count: 1001 })).rejects.toMatchObject({ code: 'BAD_COUNT' });
    await connect.flush();
    expect(await connect.history()).toEqual([]);
  });
});

describe('an offer to speak something else than HTTP/1.1', () => {
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n';
  const headers = `Host: localhost\r\nAuthorization: ${TOKEN}\r\n`;

  test.each([
    ['h2c', offer],
    ['a websocket', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ])('is ignored, also with a body: %s', async (_what, upgrade) => {
    await started.engine.attach(0, { name: 's', descriptor: {} });
    const post = `POST /1/job/input HTTP/1.1\r\n${headers}${upgrade}Content-Length: 5\r\n\r\n12345`;
    const then = `GET /1/health HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
    const replies = await rawBytes(started.listening, post + then);
    expect(replies).toMatch(/^HTTP\/1\.1 204 /);
    expect(replies).toMatch(/\r\n\r\nHTTP\/1\.1 200 [\s\S]*"release"/);
    await started.engine.attach(1, { name: 's', descriptor: {} });
    expect(String(await started.engine.output(1, 0))).toBe('12345');
  });

  test('does not open the door', async () => {
    const replies = await rawBytes(
      started.listening,
      `GET /1/connect HTTP/1.1\r\nHost: localhost\r\n${offer}\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(replies).toMatch(/^HTTP\/1\.1 401 [\s\S]*HTTP\/1\.1 421 /);
  });
});
