import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, rawRequest } from './raw-request.ts';
import type { Started } from './start-server.ts';
import { startServer } from './start-server.ts';

let started: Started;
beforeAll(async () => {
  started = await startServer('tcp', { patience: { headersMs: 300, checkMs: 50, bodyMs: 300 } });
});
afterAll(() => started.close());

/** Sends a beginning, then a byte now and then. @returns what the server says before it hangs up */
async function drip(beginning: string, drop: string): Promise<string> {
  const socket = connectTo(started.listening);
  if (beginning !== '') socket.write(beginning);
  const timer = setInterval(() => socket.writable && drop !== '' && socket.write(drop), 40);
  const text = await heardFrom(socket);
  clearInterval(timer);
  return text;
}

async function heardFrom(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data) => {
    text += String(data);
  });
  // Who is hung up on while sending may hear of that first.
  socket.on('error', () => {});
  await once(socket, 'close');
  return text;
}

const POST = 'POST /1/job/input HTTP/1.1\r\nHost: localhost\r\n';

describe.each([
  ['nothing, and then nothing,', '', ''],
  ['headers', `${POST}X-A: `, 'a'],
  ['headers, each whole', POST, 'X-B: b\r\n'],
  ['a body', `${POST}Content-Length: 100000\r\n\r\n`, 'x'],
  ['a body in chunks', `${POST}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n'],
  ['an upload', 'PUT /1/job/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n', 'x'],
])('%s that come byte by byte', (_, beginning, drop) => {
  test('are answered with 408 and cut', async () => {
    expect(await drip(beginning, drop)).toMatch(/^HTTP\/1\.1 408 .*took too long/s);
  });
});

test('whoever is quick is served meanwhile', async () => {
  const slow = Array.from({ length: 50 }, () => drip(`${POST}Content-Length: 100000\r\n\r\n`, 'x'));
  expect((await rawRequest(started.listening, { path: '/1/health' })).status).toBe(200);
  for (const text of await Promise.all(slow)) expect(text).toMatch(/^HTTP\/1\.1 408 /);
});

test('an answer that takes its time is not the fault of the client', async () => {
  const waits = { method: 'POST', path: '/1/job/sample/cpu?duration=1', body: 'x' };
  expect((await rawRequest(started.listening, waits)).status).toBe(200);
});

test('of connections that ask for nothing the oldest are closed when there are too many', async () => {
  const patient = await startServer('tcp');
  const held = await Promise.all(
    Array.from({ length: 256 }, async () => {
      const socket = connectTo(patient.listening);
      await once(socket, 'connect');
      return socket;
    }),
  );
  expect((await rawRequest(patient.listening, { path: '/1/health' })).status).toBe(200);
  await expect.poll(() => held.filter(({ readyState }) => readyState === 'open').length).toBe(255);
  for (const socket of held) socket.destroy();
  await patient.close();
});
