import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { FastScoreError } from '../../core/errors.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { HttpPlace } from './http.ts';
import { headersOf, statusFailure } from './http-request.ts';
import { ReadableInput } from './readable-input.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

const LONGEST_HEAD_BYTES = 64 * 1024;

/** The body of a GET, where each chunk of the transfer encoding is a record. */
export class ChunkedHttpInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  readonly push = null;
  readonly #body: ReadableInput;
  readonly #decoder = new ChunkDecoder();
  /** What came with the head of the answer. */
  #first: Buffer | null;

  private constructor(body: ReadableInput, first: Buffer) {
    this.#body = body;
    this.#first = first;
  }

  static async open(place: HttpPlace, _options: OpenInputTransportOptions): Promise<ChunkedHttpInput> {
    const headers = await headersOf(place);
    const socket = await connectTo(place.url);
    const body = new ReadableInput(socket);
    try {
      const { pathname, search, host } = place.url;
      const lines = [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host}`, 'Connection: close', 'Accept: */*'];
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      return new ChunkedHttpInput(body, await readHead(body));
    } catch (error) {
      await body.close();
      throw error;
    }
  }

  async read(): Promise<readonly Buffer[] | null> {
    while (!this.#decoder.hasEnded) {
      const data = this.#first === null ? await this.#body.read() : [this.#first];
      this.#first = null;
      if (data === null) {
        if (this.#body.isClosed) return null;
        throw new Error('the connection ended before the last chunk');
      }
      const records = data.flatMap((piece) => this.#decoder.push(piece));
      if (records.length > 0) return records;
    }
    return null;
  }

  close(): Promise<void> {
    return this.#body.close();
  }
}

async function connectTo(url: URL): Promise<Socket> {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const socket = isSecure ? connectSecurely({ host, port, servername: host }) : connect({ host, port });
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect');
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** Reads the head of an answer. @returns what follows it */
async function readHead(body: ReadableInput): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf('\r\n\r\n');
    if (end !== -1) {
      checkHead(head.toString('latin1', 0, end));
      return head.subarray(end + 4);
    }
    const data = head.length > LONGEST_HEAD_BYTES ? null : await body.read();
    if (data === null) throw new FastScoreError('STREAM_FAILED', 'the answer is not HTTP');
    head = Buffer.concat([head, ...data]);
  }
}

function checkHead(head: string): void {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head);
  if (status === null) throw new FastScoreError('STREAM_FAILED', 'the answer is not HTTP');
  if (status[1] !== '200') throw statusFailure(Number(status[1]));
  if (/^transfer-encoding:[ \t]*chunked[ \t]*$/im.test(head)) return;
  throw new FastScoreError('STREAM_FAILED', 'the answer is not chunked', {
    hint: 'Leave out Chunked: then an envelope says where records end',
  });
}
