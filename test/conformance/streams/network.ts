import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Starts a server that the running test ends, with its connections. @returns its port */
export async function startTcpServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return await portOf(server);
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

/** A port on which nobody listens. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Sends datagrams one after the other, so that the system drops none. */
export async function sendDatagrams(port: number, datagrams: readonly string[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const [index, datagram] of datagrams.entries()) {
    if (index % 20 === 0) await setImmediate();
    await new Promise<void>((resolve) => socket.send(datagram, port, '127.0.0.1', () => resolve()));
  }
  socket.close();
}

export interface RawWeb {
  readonly url: string;
  /** Of the POSTs, as they came. */
  readonly bodies: () => readonly Buffer[];
  /** Reads from now on, if the server began paused. */
  readonly resume: () => void;
}

/**
 * A web server on the level of its bytes, because chunks matter: it keeps the bodies of POSTs as they came, and answers a GET with `answer`.
 */
export async function startRawWeb(
  answer: (socket: Socket) => void = () => {},
  { isPaused = false } = {},
): Promise<RawWeb> {
  const bodies: Buffer[] = [];
  const paused: Socket[] = [];
  let isOpen = !isPaused;
  const port = await startTcpServer((socket) => {
    if (!isOpen) paused.push(socket.pause());
    let data = Buffer.alloc(0);
    socket.on('data', (piece) => {
      data = Buffer.concat([data, piece]);
      for (let request = takeRequest(data); request !== null; request = takeRequest(data)) {
        data = data.subarray(request.size);
        if (request.isGet) {
          answer(socket);
          return;
        }
        bodies.push(request.body);
        socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      }
    });
  });
  const resume = (): void => {
    isOpen = true;
    for (const socket of paused) socket.resume();
  };
  return { url: `http://127.0.0.1:${port}/`, bodies: () => bodies, resume };
}

function takeRequest(data: Buffer): { isGet: boolean; body: Buffer; size: number } | null {
  const head = data.indexOf('\r\n\r\n');
  if (head === -1) return null;
  const text = data.toString('latin1', 0, head);
  const start = head + 4;
  if (text.startsWith('GET')) return { isGet: true, body: Buffer.alloc(0), size: start };
  const length = /^content-length: (\d+)/im.exec(text)?.[1];
  const last = data.indexOf('0\r\n\r\n', start);
  const end = length === undefined ? (last === -1 ? Number.POSITIVE_INFINITY : last + 5) : start + Number(length);
  return data.length < end ? null : { isGet: false, body: data.subarray(start, end), size: end };
}

/** Receives datagrams until it is asked what has come. */
export async function receiveDatagrams(): Promise<{ port: number; datagrams: () => Promise<string[]> }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const received: string[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('message', (datagram) => {
      if (String(datagram) === STOP) resolve();
      else received.push(String(datagram));
    });
  });
  onTestFinished(() => void socket.close());
  const datagrams = async (): Promise<string[]> => {
    // It arrives behind all others.
    await sendDatagrams(port, [STOP]);
    await ended;
    return received;
  };
  return { port, datagrams };
}

const STOP = 'stop';

/** Records as chunks of a body. */
export function chunksOf(records: readonly string[]): string {
  const chunks = records.map((record) => `${Buffer.byteLength(record).toString(16)}\r\n${record}\r\n`);
  return `${chunks.join('')}0\r\n\r\n`;
}
