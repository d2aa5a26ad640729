import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { nextItem, readAll, recordsOf } from '../read-all.ts';

async function startServer(onSocket: (socket: Socket) => void, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as { port: number }).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await startServer(() => {});
  server.close();
  await once(server, 'close');
  return port;
}

test('an input reads what the peer sends, up to where the peer ends', async () => {
  const { port } = await startServer((socket) => socket.end('1\n2\n3'));
  const stream = await openTestInput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } });
  expect((await readAll(stream)).records).toEqual(['1', '2', '3']);
});

test('an input with host 0.0.0.0 listens', async () => {
  const port = await freePort();
  const stream = await openTestInput({ Transport: { Type: 'TCP', Host: '0.0.0.0', Port: port } });
  connect(port, '127.0.0.1').end('"a"\n"b"\n');
  expect((await readAll(stream)).records).toEqual(['"a"', '"b"']);
});

test('an input connects again when the connection breaks, and says meanwhile why there is none', async () => {
  const sockets: Socket[] = [];
  const { server, port } = await startServer((socket) => {
    sockets.push(socket);
    socket.write('1\n');
  });
  const stream = await openTestInput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } });
  expect((await nextItem(stream)).kind).toBe('batch');
  const reading = readAll(stream);
  server.close();
  sockets[0]!.resetAndDestroy();
  await vi.waitFor(() => expect(stream.trouble ?? '').toContain('ECONNREFUSED'), { timeout: 10_000 });
  await startServer((socket) => socket.end('2\n'), port);
  expect((await reading).records.at(-1)).toBe('2');
  expect(stream.trouble).toBeNull();
});

test('half a record of a connection that breaks is not joined with what the next one brings', async () => {
  const sockets: Socket[] = [];
  const { port } = await startServer((socket) => {
    sockets.push(socket);
    if (sockets.length === 1) socket.write('1\n22');
    else socket.end('3\n4\n');
  });
  const stream = await openTestInput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } });
  expect((await nextItem(stream)).kind).toBe('batch');
  const reading = readAll(stream);
  sockets[0]!.resetAndDestroy();
  expect((await reading).records).toEqual(['3', '4']);
});

test('an output writes to the peer and lets it finish', async () => {
  const received: Buffer[] = [];
  const { port } = await startServer((socket) => socket.on('data', (data) => received.push(data)));
  const stream = await openTestOutput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } });
  await stream.write(recordsOf('json', ['1', '2']));
  await stream.close();
  await vi.waitFor(() => expect(Buffer.concat(received).toString()).toBe('1\n2\n'));
});

test('an output goes on with the next connection', async () => {
  const received: Buffer[] = [];
  const sockets: Socket[] = [];
  const { port } = await startServer((socket) => {
    sockets.push(socket);
    socket.on('data', (data) => received.push(data));
  });
  const stream = await openTestOutput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } });
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
  sockets[0]!.resetAndDestroy();
  await vi.waitFor(async () => {
    await stream.write(recordsOf('json', ['5']));
    expect(Buffer.concat(received).toString()).toMatch(/^5\n/);
  });
});

test('a peer that is not there is told when the stream is opened', async () => {
  const port = await freePort();
  await expect(openTestInput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } })).rejects.toMatchObject({
    code: 'STREAM_FAILED',
    message: `Unable to open stream at slot 0: tcp '127.0.0.1:${port}': connection refused`,
  });
});

test('a port is a number up to 65535', async () => {
  await expect(openTestInput({ Transport: { Type: 'TCP', Host: 'h', Port: 70_000 } })).rejects.toThrow(
    "'Port' must be a number from 1 to 65535, not 70000",
  );
});
