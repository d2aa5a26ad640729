import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OpenInputOptions } from '../../../src/streams/open-input.ts';
import type { InputStream } from '../../../src/streams/types.ts';
import { openTestInput, urlOf } from './input-transports.ts';
import { startRawWeb, startTcpServer } from './network.ts';

const RECORD_BYTES = 10_000;
const RECORDS = 3000;
/** What the system and the stream may hold together: the buffers of sockets grow to some megabytes. */
const MOST_BYTES = 20_000_000;
const OPTIONS: Partial<OpenInputOptions> = { bufferBytes: 100_000 };

/** Records in blocks, made when they are asked for. */
class Producer {
  sent = 0;
  readonly #wrap: (line: string) => string;
  readonly #end: string;

  constructor(wrap: (line: string) => string = (line) => `${line}\n`, end = '') {
    this.#wrap = wrap;
    this.#end = end;
  }

  /** null behind the last one */
  next(): Buffer | null {
    if (this.sent > RECORDS) return null;
    this.sent += 1;
    if (this.sent > RECORDS) return Buffer.from(this.#end);
    return Buffer.from(this.#wrap(`"${String(this.sent).padEnd(RECORD_BYTES)}"`));
  }

  /** Writes for as long as there is room. */
  writeTo(socket: Pick<Socket, 'write' | 'end' | 'once'>): void {
    for (let block = this.next(); block !== null; block = this.next()) {
      if (!socket.write(block)) {
        socket.once('drain', () => this.writeTo(socket));
        return;
      }
    }
    socket.end();
  }
}

const asChunk = (line: string): string => `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`;

const CASES: readonly { name: string; open(): Promise<{ stream: InputStream; producer: Producer }> }[] = [
  {
    name: 'TCP',
    open: async () => {
      const producer = new Producer();
      const port = await startTcpServer((socket) => producer.writeTo(socket));
      return {
        stream: await openTestInput({ Transport: { Type: 'TCP', Host: '127.0.0.1', Port: port } }, OPTIONS),
        producer,
      };
    },
  },
  {
    name: 'HTTP',
    open: async () => {
      const producer = new Producer();
      const server = createServer((_request, response) => producer.writeTo(response as unknown as Socket));
      const Transport = { Type: 'HTTP', Url: await urlOf(server) };
      return { stream: await openTestInput({ Transport }, OPTIONS), producer };
    },
  },
  {
    name: 'HTTP chunked',
    open: async () => {
      const producer = new Producer(asChunk, '0\r\n\r\n');
      const { url } = await startRawWeb((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        producer.writeTo(socket);
      });
      return {
        stream: await openTestInput({ Transport: { Type: 'HTTP', Url: url, Chunked: true } }, OPTIONS),
        producer,
      };
    },
  },
  {
    name: 'stdin',
    open: async () => {
      const producer = new Producer();
      const stdin = new Readable({
        read() {
          this.push(producer.next());
        },
      });
      return { stream: await openTestInput({ Transport: 'stdin' }, { ...OPTIONS, stdin }), producer };
    },
  },
  {
    name: 'REST simple',
    open: async () => {
      const producer = new Producer((line) => line, '{"$fastscore":"end"}');
      const stream = await openTestInput({ Transport: 'REST' }, OPTIONS);
      const post = async (): Promise<void> => {
        for (let body = producer.next(); body !== null; body = producer.next()) await stream.push!(body);
      };
      void post();
      return { stream, producer };
    },
  },
];

test.each(CASES)(
  '$name: who sends faster than the engine takes is held back, and nothing is lost',
  async ({ open }) => {
    const { stream, producer } = await open();
    await untilStill(producer);
    expect(producer.sent).toBeGreaterThan(0);
    expect(producer.sent * RECORD_BYTES).toBeLessThan(MOST_BYTES);
    let seen = 0;
    await new Promise<void>((resolve, reject) => {
      stream.onReady(() => {
        for (let item = stream.take(7); item !== undefined; item = stream.take(7)) {
          if (item.kind === 'eof') return resolve();
          if (item.kind === 'failure') reject(item.error);
          if (item.kind !== 'batch') continue;
          for (const line of item.records.data.toString().trimEnd().split('\n')) {
            seen += 1;
            if (Number.parseInt(line.slice(1), 10) !== seen) reject(new Error(`${line.slice(0, 10)} is not ${seen}`));
          }
        }
      });
    });
    expect(seen).toBe(RECORDS);
  },
);

/** Until no more is sent for many turns of the event loop. */
async function untilStill(producer: Producer): Promise<void> {
  for (let still = 0, sent = -1; still < 200; still = producer.sent === sent ? still + 1 : 0) {
    sent = producer.sent;
    await setImmediate();
  }
}
