import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { PassThrough, Writable } from 'node:stream';
import { expect, onTestFinished, vi } from 'vitest';
import { parseDescriptor } from '../../../src/streams/descriptor.ts';
import type { OpenOutputOptions } from '../../../src/streams/open-output.ts';
import { openOutput } from '../../../src/streams/open-output.ts';
import { ChunkDecoder } from '../../../src/streams/transports/chunk-decoder.ts';
import type { OutputStream } from '../../../src/streams/types.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { temporaryPipe } from './input-transports.ts';
import { receiveDatagrams, startRawWeb, startTcpServer } from './network.ts';

export interface OpenedOutputCase {
  readonly stream: OutputStream;
  /** The bytes that have come out at the other end, when the stream has been closed. */
  received(): Promise<string>;
}

export interface OutputCase {
  readonly name: string;
  /** Opens an output that somebody reads. */
  open(): Promise<OpenedOutputCase>;
  /** Opens an output whose reader does not read until `resume` is called; absent when there is no reader. */
  openSlow?(): Promise<{ readonly stream: OutputStream; resume(): void }>;
  /** Whether `close` waits for a slow reader whatever the LingerTime. */
  readonly waitsForReader?: boolean;
  /** Opens an output that cannot be written; absent when it can. */
  openFailing?(): Promise<OutputStream>;
}

/** Opens an output that the running test closes at its end. */
export async function openTestOutput(json: object, options: Partial<OpenOutputOptions> = {}): Promise<OutputStream> {
  const stream = await openOutput(parseDescriptor({ Encoding: 'json', ...json }), { slot: 1, ...options });
  onTestFinished(() => stream.close());
  return stream;
}

export const OUTPUT_CASES: readonly OutputCase[] = [
  {
    name: 'file',
    open: async () => {
      const path = join(temporaryFolder(), 'out.json');
      const stream = await openTestOutput({ Transport: { Type: 'file', Path: path } });
      return { stream, received: async () => readFileSync(path, 'utf8') };
    },
    openFailing: () => openTestOutput({ Transport: { Type: 'file', Path: '/dev/full' } }),
  },
  {
    name: 'named pipe',
    open: async () => {
      const { stream, output } = await openPipeTo(['cat']);
      const received = textOf(output);
      return { stream, received: () => received };
    },
    openSlow: async () => {
      const { stream, output } = await openPipeTo(['cat'], { LingerTime: 0 });
      return { stream, resume: () => output.resume() };
    },
    openFailing: async () => {
      const { stream, output } = await openPipeTo(['head', '-c', '1']);
      output.resume();
      return stream;
    },
  },
  {
    name: 'exec',
    open: async () => {
      const path = join(temporaryFolder(), 'out.json');
      const stream = await openTestOutput({
        Transport: { Type: 'exec', Run: 'sh', Args: ['-c', 'cat > "$0"', path] },
        LingerTime: 20_000,
      });
      return { stream, received: async () => readFileSync(path, 'utf8') };
    },
    openSlow: async () => {
      const path = temporaryPipe();
      const stream = await openTestOutput({
        Transport: { Type: 'exec', Run: 'sh', Args: ['-c', 'read go < "$0"; cat > /dev/null', path] },
        LingerTime: 0,
      });
      return { stream, resume: () => writeTo(path) };
    },
    openFailing: () => openTestOutput({ Transport: { Type: 'exec', Run: 'sh', Args: ['-c', 'exit 3'] } }),
  },
  {
    name: 'stdout',
    waitsForReader: true,
    open: async () => {
      const stdout = new PassThrough();
      const parts: Buffer[] = [];
      stdout.on('data', (part: Buffer) => parts.push(part));
      const stream = await openTestOutput({ Transport: 'stdout' }, { stdout });
      return { stream, received: async () => Buffer.concat(parts).toString('utf8') };
    },
    openSlow: async () => {
      const stdout = new PassThrough();
      return { stream: await openTestOutput({ Transport: 'stdout' }, { stdout }), resume: () => stdout.resume() };
    },
    openFailing: () => {
      const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space')) });
      return openTestOutput({ Transport: 'stdout' }, { stdout });
    },
  },
  {
    name: 'REST simple',
    open: async () => {
      const stream = await openTestOutput({ Transport: 'REST' });
      return { stream, received: async () => (await pullAll(stream)).map((body) => `${body}\n`).join('') };
    },
    openSlow: async () => {
      const stream = await openTestOutput({ Transport: 'REST' });
      return { stream, resume: () => void pullAll(stream) };
    },
  },
  {
    name: 'REST chunked',
    open: async () => {
      const stream = await openTestOutput({ Transport: { Type: 'REST', Mode: 'chunked' } });
      return { stream, received: async () => (await pullAll(stream)).join('') };
    },
    openSlow: async () => {
      const stream = await openTestOutput({ Transport: { Type: 'REST', Mode: 'chunked' } });
      return { stream, resume: () => void pullAll(stream) };
    },
  },
  {
    name: 'HTTP',
    open: async () => {
      const { url, bodies } = await startRawWeb();
      const stream = await openTestOutput({ Transport: { Type: 'HTTP', Url: url } });
      return { stream, received: async () => Buffer.concat(bodies()).toString() };
    },
    openSlow: async () => {
      const { url, resume } = await startRawWeb(() => {}, { isPaused: true });
      return { stream: await openTestOutput({ Transport: { Type: 'HTTP', Url: url }, LingerTime: 0 }), resume };
    },
    openFailing: async () => {
      const port = await startTcpServer((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
      return openTestOutput({ Transport: { Type: 'HTTP', Url: `http://127.0.0.1:${port}/` } });
    },
  },
  {
    name: 'HTTP chunked',
    open: async () => {
      const { url, bodies } = await startRawWeb();
      const stream = await openTestOutput({ Transport: { Type: 'HTTP', Url: url, Chunked: true } });
      const received = async () =>
        new ChunkDecoder(MOST)
          .push(Buffer.concat(bodies()))
          .map((record) => `${record}\n`)
          .join('');
      return { stream, received };
    },
    openSlow: async () => {
      const { url, resume } = await startRawWeb(() => {}, { isPaused: true });
      const transport = { Type: 'HTTP', Url: url, Chunked: true };
      return { stream: await openTestOutput({ Transport: transport, LingerTime: 0 }), resume };
    },
    openFailing: async () => {
      const port = await startTcpServer((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
      return openTestOutput({ Transport: { Type: 'HTTP', Url: `http://127.0.0.1:${port}/`, Chunked: true } });
    },
  },
  {
    name: 'TCP',
    open: async () => {
      const parts: Buffer[] = [];
      const port = await startTcpServer((socket) => socket.on('data', (part) => parts.push(part)));
      const stream = await openTestOutput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } });
      return { stream, received: async () => Buffer.concat(parts).toString() };
    },
    openSlow: async () => {
      const sockets: Socket[] = [];
      const port = await startTcpServer((socket) => sockets.push(socket.pause()));
      const stream = await openTestOutput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port }, LingerTime: 0 });
      await vi.waitFor(() => expect(sockets).toHaveLength(1));
      return { stream, resume: () => sockets[0]!.resume() };
    },
  },
  {
    name: 'UDP',
    open: async () => {
      const { port, datagrams } = await receiveDatagrams();
      const stream = await openTestOutput({ Transport: { Type: 'UDP', Host: '127.0.0.1', Port: port } });
      return { stream, received: async () => (await datagrams()).map((record) => `${record}\n`).join('') };
    },
    // No datagram is as large as the records of the test.
    openFailing: async () =>
      openTestOutput({ Transport: { Type: 'UDP', Host: '127.0.0.1', Port: (await receiveDatagrams()).port } }),
  },
];

const MOST = 1_000_000;

/** Fetches all bodies up to the end of the stream. */
export async function pullAll(stream: OutputStream): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const pulled = await stream.pull!(1000);
    if (pulled === 'eof') return bodies;
    if (pulled !== 'empty') bodies.push(pulled.toString('utf8'));
  }
}

/** Opens an output to a named pipe that a command reads. */
async function openPipeTo(
  command: readonly [string, ...string[]],
  json: object = {},
): Promise<{ stream: OutputStream; output: Readable }> {
  const path = temporaryPipe();
  // Keeps the pipe from ending before the output has opened it.
  const held = openSync(path, 'r+');
  const [file, ...args] = command;
  const reading = openSync(path, 'r');
  const child = spawn(file, args, { stdio: [reading, 'pipe', 'ignore'] });
  closeSync(reading);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    child.stdout!.resume();
    await exited;
  });
  const stream = await openTestOutput({ Transport: { Type: 'file', Path: path }, ...json });
  closeSync(held);
  return { stream, output: child.stdout! };
}

async function textOf(output: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of output) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function writeTo(path: string): void {
  spawn('sh', ['-c', 'echo > "$0"', path], { stdio: 'ignore' });
}
