import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { parseDescriptor } from '../../../src/streams/descriptor.ts';
import type { OpenInputOptions } from '../../../src/streams/open-input.ts';
import { openInput } from '../../../src/streams/open-input.ts';
import type { InputStream } from '../../../src/streams/types.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { chunksOf, freeUdpPort, sendDatagrams, startRawWeb, startTcpServer } from './network.ts';

export interface InputCase {
  readonly name: string;
  /** Opens a JSON input that will deliver these records and then end. */
  open(records: readonly string[], options?: Partial<OpenInputOptions>): Promise<InputStream>;
  /** Opens an input whose reading fails; absent when it cannot. */
  openFailing?(): Promise<InputStream>;
  /** Opens an input whose end never comes. */
  openWaiting?(): Promise<InputStream>;
  /** Whether an input can begin elsewhere than at its beginning. */
  readonly isSeekable: boolean;
}

const lines = (records: readonly string[]): string => records.map((record) => `${record}\n`).join('');

/** Opens an input that the running test closes at its end. */
export async function openTestInput(json: object, options: Partial<OpenInputOptions> = {}): Promise<InputStream> {
  const stream = await openInput(parseDescriptor({ Encoding: 'json', ...json }), { slot: 0, ...options });
  onTestFinished(() => stream.close());
  return stream;
}

export function temporaryPipe(): string {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

export const INPUT_CASES: readonly InputCase[] = [
  {
    name: 'inline list',
    isSeekable: true,
    open: (records, options) => openTestInput({ Transport: { Type: 'inline', Data: [...records] } }, options),
  },
  {
    name: 'inline text',
    isSeekable: true,
    open: (records, options) => openTestInput({ Transport: { Type: 'inline', Data: lines(records) } }, options),
  },
  {
    name: 'file',
    isSeekable: true,
    open: (records, options) => {
      const path = join(temporaryFolder(), 'in.json');
      writeFileSync(path, lines(records));
      return openTestInput({ Transport: { Type: 'file', Path: path } }, options);
    },
    // A regular file that cannot be read at its beginning.
    openFailing: () => openTestInput({ Transport: { Type: 'file', Path: '/proc/self/mem' } }),
  },
  {
    name: 'named pipe',
    isSeekable: false,
    open: async (records, options) => {
      const path = temporaryPipe();
      const stream = await openTestInput({ Transport: { Type: 'file', Path: path } }, options);
      void writeFile(path, lines(records)).catch(() => {});
      return stream;
    },
    openWaiting: () => openTestInput({ Transport: { Type: 'file', Path: temporaryPipe() } }),
  },
  {
    name: 'exec',
    isSeekable: false,
    open: (records, options) => {
      const path = join(temporaryFolder(), 'in.json');
      writeFileSync(path, lines(records));
      return openTestInput({ Transport: { Type: 'exec', Run: 'cat', Args: [path] } }, options);
    },
    openFailing: () => openTestInput({ Transport: { Type: 'exec', Run: 'sh', Args: ['-c', 'echo 1; exit 3'] } }),
    openWaiting: () => openTestInput({ Transport: { Type: 'exec', Run: 'sleep 1000' } }),
  },
  {
    name: 'stdin',
    isSeekable: false,
    open: (records, options) => {
      const stdin = Readable.from([Buffer.from(lines(records))]);
      return openTestInput({ Transport: 'stdin' }, { ...options, stdin });
    },
    openFailing: () => {
      const stdin = new Readable({ read: () => stdin.destroy(new Error('gone')) });
      return openTestInput({ Transport: 'stdin' }, { stdin });
    },
    openWaiting: () => openTestInput({ Transport: 'stdin' }, { stdin: new Readable({ read: () => {} }) }),
  },
  {
    name: 'REST simple',
    isSeekable: false,
    open: async (records, options) => {
      const stream = await openTestInput({ Transport: 'REST' }, options);
      for (const record of records) void stream.push!(Buffer.from(record));
      void stream.push!(Buffer.from('{"$fastscore":"end"}'));
      return stream;
    },
    openWaiting: () => openTestInput({ Transport: 'REST' }),
  },
  {
    name: 'REST chunked',
    isSeekable: false,
    open: async (records, options) => {
      const stream = await openTestInput({ Transport: { Type: 'REST', Mode: 'chunked' } }, options);
      const data = Buffer.from(`${lines(records)}{"$fastscore":"end"}\n`);
      for (let at = 0; at < data.length; at += 1000) void stream.push!(data.subarray(at, at + 1000));
      return stream;
    },
    openWaiting: () => openTestInput({ Transport: { Type: 'REST', Mode: 'chunked' } }),
  },
  {
    name: 'HTTP',
    isSeekable: true,
    open: async (records, options) => {
      const text = Buffer.from(lines(records));
      const server = createServer((request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        response.writeHead(from > 0 ? 206 : 200, { etag: '"1"' }).end(text.subarray(from));
      });
      return openTestInput({ Transport: { Type: 'HTTP', Url: await urlOf(server) } }, options);
    },
    openFailing: async () => {
      let answers = 0;
      const server = createServer((_request, response) => {
        answers += 1;
        if (answers > 1) response.writeHead(404).end();
        else response.write('1\n', () => response.socket!.destroy());
      });
      return openTestInput({ Transport: { Type: 'HTTP', Url: await urlOf(server) } });
    },
    openWaiting: async () => {
      const server = createServer((_request, response) => response.flushHeaders());
      return openTestInput({ Transport: { Type: 'HTTP', Url: await urlOf(server) } });
    },
  },
  {
    name: 'HTTP chunked',
    isSeekable: false,
    open: async (records, options) => {
      const { url } = await startRawWeb((socket) => socket.end(`${CHUNKED}${chunksOf(records)}`));
      return openTestInput({ Transport: { Type: 'HTTP', Url: url, Chunked: true } }, options);
    },
    openFailing: async () => {
      const { url } = await startRawWeb((socket) => socket.end(`${CHUNKED}no size\r\n`));
      return openTestInput({ Transport: { Type: 'HTTP', Url: url, Chunked: true } });
    },
    openWaiting: async () => {
      const { url } = await startRawWeb((socket) => socket.write(CHUNKED));
      return openTestInput({ Transport: { Type: 'HTTP', Url: url, Chunked: true } });
    },
  },
  {
    name: 'TCP',
    isSeekable: false,
    open: async (records, options) => {
      const port = await startTcpServer((socket) => socket.end(lines(records)));
      return openTestInput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } }, options);
    },
    openWaiting: async () => {
      const port = await startTcpServer(() => {});
      return openTestInput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } });
    },
  },
  {
    name: 'UDP',
    isSeekable: false,
    open: async (records, options) => {
      const port = await freeUdpPort();
      const stream = await openTestInput({ Transport: { Type: 'UDP', BindTo: '127.0.0.1', Port: port } }, options);
      void sendDatagrams(port, [...records, '{"$fastscore":"end"}']);
      return stream;
    },
    openWaiting: async () =>
      openTestInput({ Transport: { Type: 'UDP', BindTo: '127.0.0.1', Port: await freeUdpPort() } }),
  },
];

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Starts a web server that the running test ends. */
export async function urlOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}
