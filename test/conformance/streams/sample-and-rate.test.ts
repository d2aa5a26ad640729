import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDescriptor } from '../../../src/streams/descriptor.ts';
import { measureRate } from '../../../src/streams/rate.ts';
import { sampleStream } from '../../../src/streams/sample.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { urlOf } from './input-transports.ts';
import { chunksOf, freeUdpPort, sendDatagrams, startRawWeb, startTcpServer } from './network.ts';

/** All of one length, so that some of them have the average of all. */
const RECORDS = Array.from({ length: 200 }, (_, i) => `{"n":${100 + i}}`);
const TEXT = RECORDS.map((record) => `${record}\n`).join('');

function fileWith(text: string): string {
  const path = join(temporaryFolder(), 'in');
  writeFileSync(path, text);
  return path;
}

interface Source {
  readonly transport: object;
  /** For a transport that waits for datagrams: sends all records, and `end` behind them. */
  readonly send?: (end: readonly string[]) => Promise<void>;
}

/** Transports over which all records come. */
const CASES: readonly { name: string; open(): Promise<Source> }[] = [
  { name: 'inline list', open: async () => ({ transport: { Type: 'inline', Data: RECORDS } }) },
  { name: 'inline text', open: async () => ({ transport: { Type: 'inline', Data: TEXT } }) },
  { name: 'file', open: async () => ({ transport: { Type: 'file', Path: fileWith(TEXT) } }) },
  { name: 'exec', open: async () => ({ transport: { Type: 'exec', Run: 'cat', Args: [fileWith(TEXT)] } }) },
  {
    name: 'HTTP',
    open: async () => ({
      transport: { Type: 'HTTP', Url: await urlOf(createServer((_request, response) => response.end(TEXT))) },
    }),
  },
  {
    name: 'HTTP chunked',
    open: async () => {
      const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
      const { url } = await startRawWeb((socket) => socket.end(head + chunksOf(RECORDS)));
      return { transport: { Type: 'HTTP', Url: url, Chunked: true } };
    },
  },
  {
    name: 'TCP',
    open: async () => ({
      transport: { Type: 'TCP', Host: '127.0.0.1', Port: await startTcpServer((socket) => socket.end(TEXT)) },
    }),
  },
  {
    name: 'UDP',
    open: async () => {
      const Port = await freeUdpPort();
      return {
        transport: { Type: 'UDP', BindTo: '127.0.0.1', Port },
        send: (end) => sendDatagrams(Port, [...RECORDS, ...end]),
      };
    },
  },
];

test.each(CASES)('a sample of a stream over $name has its first records', async ({ open }) => {
  const { transport, send } = await open();
  const sampling = sampleStream(parseDescriptor({ Transport: transport, Encoding: 'json' }), 3);
  const sample = (await whileSending(sampling, send && (() => send([])))).map(String);
  // What was sent before the stream was open is lost.
  const first = send === undefined ? 0 : RECORDS.indexOf(sample[0] ?? '');
  expect(sample).toEqual([0, 1, 2].map((place) => RECORDS[(first + place) % RECORDS.length]));
});

test.each(CASES)('the rate of a stream over $name is that of its records', async ({ open }) => {
  const { transport, send } = await open();
  const measuring = measureRate(parseDescriptor({ Transport: transport, Encoding: 'json' }), { spanMs: 20_000 });
  const { rps, mbps } = await whileSending(measuring, send && (() => send(['{"$fastscore":"end"}'])));
  expect(rps).toBeGreaterThan(0);
  expect((mbps * 1024 * 1024) / rps).toBeCloseTo(TEXT.length / RECORDS.length, 5);
});

/** Datagrams that come before the stream is open are lost: they are sent until it has what it wants. */
async function whileSending<T>(reading: Promise<T>, send: (() => Promise<void>) | undefined): Promise<T> {
  let isOver = false;
  const read = reading.finally(() => {
    isOver = true;
  });
  while (send !== undefined && !isOver) await send();
  return await read;
}
