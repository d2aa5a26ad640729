import { chmod, link, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerOptions } from '../../src/server/create-server.ts';
import type { ListenAddress, Listening } from '../../src/server/listen.ts';
import { listen } from '../../src/server/listen.ts';
import { buildServer } from './build-server.ts';
import { connectTo, rawRequest } from './raw-request.ts';
import { startServer } from './start-server.ts';

let folder: string;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fastscore-listen-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true });
});

async function start(address: ListenAddress, options: Partial<ServerOptions> = {}): Promise<Listening> {
  const built = await buildServer(options);
  closers.push(() => built.close());
  const listening = await listen(built.server, address);
  closers.push(() => listening.close());
  return listening;
}
const onSocket = (path: string) => start({ kind: 'socket', path });
const onTcp = (host: string, options?: Partial<ServerOptions>) => start({ kind: 'tcp', host, port: 0 }, options);
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('on a Unix socket', () => {
  test('only this user gets in, and the socket goes at the end', async () => {
    const path = join(folder, 'deep', 'run', 's');
    const listening = await onSocket(path);
    expect(listening).toMatchObject({ address: path, port: 0 });
    expect([await modeOf(path), await modeOf(join(folder, 'deep', 'run')), await modeOf(join(folder, 'deep'))]).toEqual(
      ['600', '700', '700'],
    );
    expect((await rawRequest(listening, { path: '/1/health' })).status).toBe(200);
    await listening.close();
    await listening.close();
    expect(await readdir(join(folder, 'deep', 'run'))).toEqual([]);
  });

  test('it refuses whoever comes from one moment to the next, and the next server can take the place', async () => {
    const path = join(folder, 'run', 's');
    const first = await onSocket(path);
    first.refuse();
    await expect(rawRequest(first, { path: '/1/health' })).rejects.toMatchObject({ code: 'ENOENT' });
    const next = await onSocket(path);
    await first.close();
    expect((await rawRequest(next, { path: '/1/health' })).status).toBe(200);
  });

  test('a folder that others can look into is refused', async () => {
    await mkdir(join(folder, 'open'));
    await chmod(join(folder, 'open'), 0o755);
    await expect(onSocket(join(folder, 'open', 's'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('chmod 700'),
    });
  });

  test('a socket that a dead process has left is replaced', async () => {
    const path = join(folder, 's');
    const dead = createServer().listen(join(folder, 'other'));
    await new Promise((resolve) => dead.once('listening', resolve));
    // A link outlives the server, which removes only its own name.
    await link(join(folder, 'other'), path);
    await new Promise((resolve) => dead.close(resolve));
    const listening = await onSocket(path);
    expect((await rawRequest(listening, { path: '/1/health' })).status).toBe(200);
  });

  test('one that somebody answers on is left alone', async () => {
    const path = join(folder, 's');
    const first = await onSocket(path);
    await expect(onSocket(path)).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
    expect((await rawRequest(first, { path: '/1/health' })).status).toBe(200);
  });

  test('what is not a socket is left alone', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'precious');
    await expect(onSocket(path)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await symlink(path, join(folder, 'link'));
    await expect(onSocket(join(folder, 'link'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect((await stat(path)).size).toBe(8);
  });

  test('a path that the system would cut is refused with the limit', async () => {
    await expect(onSocket(join(folder, 'x'.repeat(100)))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/may have 10[37] bytes/),
    });
  });
});

describe('on TCP', () => {
  test('loopback needs no token', async () => {
    for (const [host, url] of [
      ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
      ['localhost', /^http:\/\/localhost:\d+$/],
    ] as const) {
      const listening = await onTcp(host);
      expect(listening.address).toMatch(url);
      expect((await rawRequest(listening, { path: '/1/health' })).status).toBe(200);
    }
  });

  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.com'])('%s without a token is refused', async (host) => {
    await expect(onTcp(host)).rejects.toMatchObject({ code: 'FORBIDDEN', hint: expect.stringContaining('token') });
  });

  test('everywhere with a token', async () => {
    const listening = await onTcp('0.0.0.0', { token: 'secret-of-16-chars' });
    expect((await rawRequest(listening, { path: '/1/connect' })).status).toBe(401);
    const headers = { authorization: 'Bearer secret-of-16-chars' };
    expect((await rawRequest(listening, { path: '/1/connect', headers })).status).toBe(200);
  });

  test.each(['', ' ', 'a b', 'tok\u00e9n', 'x\n'])('%j is no token', async (token) => {
    await expect(onTcp('0.0.0.0', { token })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('a port that is taken is told', async () => {
    const { port } = await onTcp('127.0.0.1');
    await expect(start({ kind: 'tcp', host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: expect.stringContaining(`${port}`),
    });
  });
});

describe('closing', () => {
  test('answers those who wait for something', async () => {
    const started = await startServer('socket');
    const { client, engine, listening } = started;
    for (const slot of [1, 3, 4]) await engine.attach(slot, { name: 's', descriptor: {} });
    const roundtrip = rawRequest(listening, { method: 'POST', path: '/2/active/model/roundtrip/4/3', body: 'x' });
    await expect.poll(() => engine.waitingCount).toBe(1);
    const state = client.engine.state({ while: 'init', waitMs: 50_000 });
    const output = client.engine.output(1);
    await expect.poll(() => engine.waitingCount).toBe(3);
    const before = performance.now();
    await listening.close();
    expect(performance.now() - before).toBeLessThan(2000);
    expect([await state, await output]).toEqual(['init', 'empty']);
    expect(await roundtrip).toMatchObject({ status: 503, body: 'The server is closing' });
    engine.become('running');
    await started.close();
  });

  test('hangs up on those who only keep a connection', async () => {
    const started = await startServer('tcp');
    const idle = connectTo(started.listening);
    await new Promise((resolve) => idle.once('connect', resolve));
    const ended = new Promise((resolve) => idle.once('close', resolve));
    idle.resume();
    await started.client.connect.health();
    const before = performance.now();
    await started.listening.close();
    await ended;
    expect(performance.now() - before).toBeLessThan(2000);
    await started.close();
  });

  test('ends uploads that do not come to their end, and nothing of them is left', async () => {
    const started = await startServer('socket');
    await started.catalog.models.put('m', 'python3', Buffer.from('x'));
    const stalled = connectTo(started.listening);
    stalled.on('error', () => {});
    stalled.write(
      'PUT /1/model/m/attachment/a.zip HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\nContent-Length: 99\r\n\r\nbegin',
    );
    const attachments = join(started.folder, 'catalog', 'attachments', 'm');
    const files = () => readdir(attachments).catch(() => []);
    await expect.poll(files).toHaveLength(1);
    const before = performance.now();
    await started.listening.close();
    expect(performance.now() - before).toBeLessThan(5000);
    await expect.poll(files).toEqual([]);
    await started.close();
  });
});
