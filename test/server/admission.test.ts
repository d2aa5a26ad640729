import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ownCertificate } from '../../src/cli/certificate.ts';
import { locateHome } from '../../src/cli/home.ts';
import { FastScoreClient } from '../../src/client/client.ts';
import type { ServerOptions } from '../../src/server/create-server.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { rawRequest } from './raw-request.ts';
import type { Started } from './start-server.ts';
import { startServer } from './start-server.ts';

const TOKEN = 'open-sesame-open-sesame';
const headers = { authorization: `Bearer ${TOKEN}` };

async function start(
  options: Partial<ServerOptions> = { token: TOKEN, patience: { headersMs: 120_000 } },
): Promise<Started> {
  const started = await startServer('tcp', options);
  onTestFinished(() => started.close());
  return started;
}

/** A connection that sends the beginning of a request and then waits. */
async function hold(
  { listening }: Started,
  from = '127.0.0.1',
  text = 'GET /1/connect HTTP/1.1\r\nX-A: ',
): Promise<Socket> {
  const socket = connect({ port: listening.port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const holdMany = (started: Started, count: number, from?: string): Promise<Socket[]> =>
  Promise.all(Array.from({ length: count }, () => hold(started, from)));

/** Others may keep the machine busy. */
const PATIENT = { timeout: 20_000 };

const openIn = (sockets: readonly Socket[]): number => sockets.filter((socket) => !socket.destroyed).length;

test('however many slow connections there are without a token, one with it is served at once, from the same address too', async () => {
  const started = await start();
  const slow = await holdMany(started, 500);
  for (let round = 0; round < 5; round++) {
    expect((await rawRequest(started.listening, { path: '/1/connect', headers })).status).toBe(200);
    slow.push(...(await holdMany(started, 50)));
  }
  // Those that are left are the newest ones of that address.
  await expect.poll(() => openIn(slow), PATIENT).toBeLessThanOrEqual(64);
  expect(openIn(slow.slice(-60))).toBe(60);
});

test('nor do they keep anybody out of a server with a certificate, whether they begin a handshake or not', async () => {
  const folder = temporaryFolder();
  const { certFile: _, ...tls } = await ownCertificate(locateHome({ FASTSCORE_HOME: folder }), []);
  const started = await start({ token: TOKEN, tls, patience: { headersMs: 120_000 } });
  const client = new FastScoreClient({ kind: 'url', url: started.listening.address, ca: tls.cert, headers });
  onTestFinished(() => client.close());
  expect(await client.connect.fleet()).toHaveLength(2);
  const slow = [
    ...(await holdMany(started, 300)),
    ...(await Promise.all(Array.from({ length: 100 }, () => hold(started, '127.0.0.1', '')))),
  ];
  // Over the connection that has shown the token, and over a new one.
  expect(await client.connect.fleet()).toHaveLength(2);
  const other = new FastScoreClient({ kind: 'url', url: started.listening.address, ca: tls.cert, headers });
  onTestFinished(() => other.close());
  expect(await other.connect.fleet()).toHaveLength(2);
  await expect.poll(() => openIn(slow), PATIENT).toBeLessThanOrEqual(64);
});

test('a connection that has shown the token stays, whatever comes after it', async () => {
  const started = await start();
  const trusted = await hold(
    started,
    '127.0.0.1',
    `GET /1/connect HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
  );
  await once(trusted, 'data');
  const subscription = await started.client.connect.subscribe({});
  onTestFinished(() => subscription.close());
  await holdMany(started, 300);
  trusted.write('GET /1/health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(String((await once(trusted, 'data'))[0])).toMatch(/^HTTP\/1.1 200/);
  started.engine.say({ type: 'engine-state', state: 'running' });
  for await (const message of subscription) {
    expect(message).toMatchObject({ state: 'running' });
    break;
  }
});

test('one address cannot take the room of strangers from others', async () => {
  const started = await start();
  const few = await holdMany(started, 40, '127.0.0.2');
  await holdMany(started, 200, '127.0.0.3');
  const others = await holdMany(started, 40, '127.0.0.4');
  await holdMany(started, 200, '127.0.0.5');
  // 128 in all, and whoever has most makes room.
  await expect.poll(() => openIn(few) + openIn(others), PATIENT).toBeLessThan(80);
  expect(Math.abs(openIn(few) - openIn(others))).toBeLessThanOrEqual(8);
  expect(openIn(few)).toBeGreaterThan(25);
});

test('asking for what everybody may ask for, or with a wrong token, wins no room', async () => {
  const started = await start({ token: TOKEN, connections: { strangers: 4, strangersPerAddress: 4 } });
  const ask = (token: string, path: string) =>
    hold(started, '127.0.0.1', `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  const strangers = [await ask('wrong', '/1/connect'), await ask(TOKEN, '/1/health')];
  for (const socket of strangers) await once(socket, 'data');
  await holdMany(started, 4);
  await expect.poll(() => openIn(strangers), PATIENT).toBe(0);
});

test('with a token, more than their room can hold are served, but may have to make room', async () => {
  const started = await start({ token: TOKEN, connections: { trusted: 2, strangers: 2, strangersPerAddress: 2 } });
  const request = `GET /1/connect HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`;
  const sockets: Socket[] = [];
  for (let i = 0; i < 4; i++) {
    const socket = await hold(started, '127.0.0.1', request);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 200/);
    sockets.push(socket);
  }
  sockets[0]?.destroy();
  await expect
    .poll(async () => (await rawRequest(started.listening, { path: '/1/connect', headers })).status)
    .toBe(200);
  expect(openIn(sockets.slice(1, 2))).toBe(1);
});

test('without a token, connections with nothing under way make room for others', async () => {
  const started = await start({ connections: { trusted: 8, strangers: 8, strangersPerAddress: 8 } });
  const client = new FastScoreClient({ kind: 'url', url: started.listening.address });
  onTestFinished(() => client.close());
  client.engine.state({ while: 'init', waitMs: 50_000 }).catch(() => {});
  await expect.poll(() => started.engine.waitingCount).toBe(1);
  const idle = await holdMany(started, 40);
  for (let i = 0; i < 5; i++) expect((await rawRequest(started.listening, { path: '/1/health' })).status).toBe(200);
  await expect.poll(() => openIn(idle), PATIENT).toBeLessThanOrEqual(8);
  expect(started.engine.waitingCount).toBe(1);
});
