import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_MEDIA_TYPE } from '../../src/api/shapes.ts';
import { FastScoreError } from '../../src/core/errors.ts';
import { connectTo, rawBytes, rawRequest } from './raw-request.ts';
import type { Started } from './start-server.ts';
import { startServer } from './start-server.ts';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

describe('on loopback', () => {
  let started: Started;
  const reports: string[] = [];
  beforeAll(async () => {
    started = await startServer('tcp', { hosts: ['Scores.example:443'], report: (text) => reports.push(text) });
  });
  afterAll(() => started.close());
  const ask = (headers: Record<string, string>, method = 'GET', path = '/1/health') =>
    rawRequest(started.listening, { method, path, headers });

  test.each(['localhost', 'LOCALHOST:8000', '127.0.0.1:1', '127.3.2.1', '[::1]:8000', '[::1]', 'scores.example:443'])(
    'host %s is ours',
    async (host) => {
      expect((await ask({ host })).status).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'evil.example:8000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.example@localhost',
    '[::1].evil.example',
    '[::2]',
    '0.0.0.0',
    '2130706433',
  ])('host %j is not ours, whatever the method', async (host) => {
    for (const method of METHODS) {
      expect(await ask({ host }, method), method).toMatchObject({
        status: 421,
        body: expect.stringMatching(/^This server is not/),
      });
    }
  });

  test.each(['https://evil.example', 'null', 'http://localhost:1', 'http://evil.example', 'file://'])(
    'origin %s is refused, whatever the method',
    async (origin) => {
      for (const method of METHODS) expect((await ask({ origin }, method)).status, method).toBe(403);
    },
  );

  test('our own origin is not', async () => {
    expect((await ask({ origin: started.listening.address })).status).toBe(200);
    expect((await ask({ origin: 'https://scores.example' })).status).toBe(200);
  });

  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('a request that a browser calls %s is answered with %i', async (site, status) => {
    expect((await ask({ 'sec-fetch-site': site })).status).toBe(status);
  });

  test('no page is told that it may read the answers', async () => {
    const { headers } = await ask({ 'access-control-request-method': 'PUT' }, 'OPTIONS');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a path that does not exist is guarded too', async () => {
    expect((await ask({ host: 'evil.example' }, 'GET', '/nothing')).status).toBe(421);
  });

  test('a request to shut down is refused', async () => {
    expect((await ask({}, 'POST', '/1/shutdown')).status).toBe(403);
  });

  test.each<[string, Record<string, string>, string, number]>([
    [
      'more than a hundred headers',
      Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-${n}`, 'x'])),
      '/',
      431,
    ],
    ['a header beyond all measure', { 'x-long': 'x'.repeat(20_000) }, '/', 431],
    ['a compressed body', { 'content-encoding': 'gzip' }, '/1/health', 415],
    ['another URL as its path', {}, 'http://evil.example/1/health', 400],
    ['a path that is no UTF-8', {}, '/1/model/%ff', 400],
    ['a path with half of a percent sign', {}, '/1/model/%', 400],
    ['a parameter of 9000 characters', {}, `/1/model/${'x'.repeat(9000)}`, 414],
    ['a name of 300 characters', {}, `/1/model/${'x'.repeat(300)}`, 400],
    ['two dots for a name', {}, '/1/model/..', 400],
    ['two encoded dots for a name', {}, '/1/model/%2e%2e', 400],
    ['a NUL in a name', {}, '/1/model/a%00', 400],
    ['a line break in a name', {}, '/1/schema/a%0ab', 400],
  ])('%s is refused in one line of text', async (_, headers, path, status) => {
    const reply = await ask(headers, 'GET', path);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toMatch(/^text\/plain/);
    expect(reply.body).toMatch(/^[^\n{<]{5,400}$/);
  });

  test.each([
    ['not HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 .*This is not HTTP/s],
    ['without a host', 'GET /1/health HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'with two lengths',
      'POST /1/job/input HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'with a length and chunks',
      'POST /1/job/input HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'with two hosts',
      'GET /1/health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*More than one Host/s,
    ],
    ['with an empty host', 'GET /1/health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 421 /],
    ['of HTTP/1.0 without a host', 'GET /1/health HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 421 /],
  ])('a request %s is refused', async (_, bytes, expected) => {
    expect(await rawBytes(started.listening, bytes)).toMatch(expected);
  });

  test('what is the fault of the server is reported here, and told there by the number of the request only', async () => {
    started.engine.pause = async () => {
      throw new TypeError('secret /path/of/ours');
    };
    const { status, body, headers } = await ask({ accept: '*/*' }, 'POST', '/2/engine/pause?q=word');
    expect([status, headers['content-type']]).toEqual([500, 'text/plain; charset=utf-8']);
    expect(body).toMatch(/^The server failed at request [0-9a-f-]{36}$/);
    expect(reports.splice(0)).toEqual([expect.stringContaining('secret /path/of/ours')]);
    const asJson = await ask({ accept: ERROR_MEDIA_TYPE }, 'POST', '/2/engine/pause');
    expect(JSON.parse(asJson.body)).toEqual({
      error: expect.stringMatching(/^The server failed/),
      code: 'INTERNAL',
      kind: 'internal',
    });
    expect(reports.splice(0)[0]).not.toContain('word');
  });

  test('the cause of an error is never told', async () => {
    started.engine.unpause = async () => {
      throw new FastScoreError('STREAM_FAILED', 'Lost\u001b[31m', { cause: new Error('inner secret') });
    };
    for (const accept of ['*/*', ERROR_MEDIA_TYPE]) {
      const { body } = await ask({ accept }, 'POST', '/2/engine/unpause');
      expect(body).not.toMatch(/inner secret|\n| {4}at /);
      expect(body).not.toContain('\u001b');
    }
    expect(reports).toEqual([]);
  });
});

test('a client over TCP that has reset its connection has no address, and yet no privilege', async () => {
  let shutdowns = 0;
  let requests = 0;
  const started = await startServer('tcp', { shutdown: () => shutdowns++ });
  started.app.server.on('request', () => requests++);
  for (const path of ['/1/shutdown', '/2/engine/pause']) {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const socket = connectTo(started.listening);
      await once(socket, 'connect');
      socket.write(`POST ${path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n`);
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
  }
  expect(await started.client.engine.state()).toBe('init');
  expect([requests, shutdowns]).toEqual([21, 0]);
  await started.close();
});

describe('with a token', () => {
  const token = 'c4n4ry-t0k3n-c4n4ry';
  let started: Started;
  const reports: string[] = [];
  beforeAll(async () => {
    started = await startServer('tcp', { token, shutdown: () => {}, report: (text) => reports.push(text) });
  });
  afterAll(() => started.close());
  const ask = (path: string, authorization?: string, method = 'GET') =>
    rawRequest(started.listening, { method, path, headers: authorization === undefined ? {} : { authorization } });

  test.each([
    token,
    `Bearer ${token}`,
    `Bearer Bearer ${token}`,
    `bearer ${token}`,
    `Basic ${Buffer.from(`us%40er:${token.replace('-', '%2D')}`).toString('base64')}`,
  ])('%s is let in', async (sent) => {
    expect((await ask('/1/connect', sent)).status).toBe(200);
  });

  test('health answers everybody', async () => {
    expect((await ask('/1/health')).status).toBe(200);
    expect((await ask('/api/1/service/engine-1/1/health', 'Bearer wrong')).status).toBe(200);
  });

  const logIn = (password: string) =>
    started.app.inject({
      method: 'POST',
      url: '/1/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `username=somebody&password=${encodeURIComponent(password)}`,
    });

  test('who logs in with the token gets a cookie that lets in, with its name or without', async () => {
    const { statusCode, headers } = await logIn(token);
    const cookie = String(headers['set-cookie']);
    expect([statusCode, cookie]).toEqual([
      200,
      expect.stringMatching(/^connect\.sid=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    const [pair = ''] = cookie.split(';');
    for (const sent of [pair, pair.split('=')[1]!, `other=1; ${pair}`]) {
      const reply = await started.app.inject({ url: '/1/connect', headers: { cookie: sent } });
      expect(reply.statusCode, sent).toBe(200);
    }
  });

  test('who logs in with anything else gets none', async () => {
    for (const password of ['', `${token}x`]) {
      const { statusCode, headers } = await logIn(password);
      expect([statusCode, headers['set-cookie']]).toEqual([401, undefined]);
    }
    const reply = await started.app.inject({ url: '/1/connect', headers: { cookie: 'connect.sid=' } });
    expect(reply.statusCode).toBe(401);
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token.toUpperCase()}`,
    `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
    `Bearer Bearer Bearer ${token}`,
  ])('%s is not', async (sent) => {
    const { status, headers, body } = await ask('/1/connect', sent);
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(body).not.toContain(token);
  });

  test('a token in the path does not count', async () => {
    expect((await ask(`/1/connect?token=${token}`)).status).toBe(401);
  });

  test('every other path wants it, with every method, also those that do not exist', async () => {
    const paths = [...started.server.routes.keys()]
      .filter((path) => !/\/1\/(?:health|login)$/.test(path))
      .map((path) => path.replace(/:\w+/g, '1'));
    for (const path of [...paths, '/nothing']) {
      const answers = await Promise.all([...METHODS, 'HEAD'].map((method) => ask(path, undefined, method)));
      expect(new Set(answers.map(({ status }) => status)), path).toEqual(new Set([401]));
    }
  });

  test('nothing of it is ever reported', async () => {
    started.engine.pause = async () => {
      throw new TypeError('bug');
    };
    await ask('/2/engine/pause', `Bearer ${token}`, 'POST');
    expect(reports).toHaveLength(1);
    expect(reports.join()).not.toContain(token);
  });
});

describe('on a Unix socket', () => {
  test('no host is asked for, and a failure of the server is told', async () => {
    const started = await startServer('socket', { report: () => {} });
    started.engine.pause = async () => {
      throw new TypeError('bug here');
    };
    const headers = { host: 'evil.example' };
    expect((await rawRequest(started.listening, { path: '/1/health', headers })).status).toBe(200);
    const failed = await rawRequest(started.listening, { method: 'POST', path: '/2/engine/pause' });
    expect([failed.status, failed.body]).toEqual([500, 'bug here']);
    await started.close();
  });

  test('a request to shut down is answered before it is followed', async () => {
    let calls = 0;
    const started = await startServer('socket', { shutdown: () => calls++ });
    await started.client.connect.shutdown();
    await expect.poll(() => calls).toBe(1);
    await started.close();
  });
});
