import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { FastScoreError } from '../../core/errors.ts';
import { RECORD_LIMIT_BYTES } from '../envelopes/record-limit.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { HttpPlace } from './http-place.ts';
import { headersOf, statusFailure } from './http-request.ts';
import { ReadableInput } from './readable-input.ts';
import type { ConnectedReader, InputSource } from './reconnecting-input.ts';
import { ReconnectingInput } from './reconnecting-input.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

const LONGEST_HEAD_BYTES = 64 * 1024;

/** The body of a GET, where each chunk of the transfer encoding is a record. */
export async function openChunkedHttpInput(
  place: HttpPlace,
  options: OpenInputTransportOptions,
): Promise<InputTransport> {
  return await ReconnectingInput.open(
    new ChunkedSource(place, await headersOf(place, options), options.onWarning),
    options,
  );
}

class ChunkedSource implements InputSource {
  readonly unit = 'records';
  readonly rewind = null;
  readonly #place: HttpPlace;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #onWarning: (text: string) => void;
  #version: string | null = null;

  constructor(place: HttpPlace, headers: Record<string, string>, onWarning: (text: string) => void) {
    this.#place = place;
    this.#headers = headers;
    this.#onWarning = onWarning;
  }

  /** What a server keeps is the same from its beginning, and is passed over up to the place; a feed goes on with what is new. */
  async connect(at: number, signal: AbortSignal): Promise<ConnectedReader> {
    const socket = await connectTo(this.#place.url, signal);
    const body = new ReadableInput(socket);
    try {
      socket.write(this.#question());
      const { head, rest } = await readHead(body);
      const version = versionIn(head);
      const isSame = at === 0 || (version !== null && version === this.#version);
      if (!isSame && this.#version !== null) {
        throw new FastScoreError('STREAM_FAILED', 'what is read has been replaced by something else while it was read');
      }
      this.#version = version;
      if (!isSame) this.#onWarning('the connection had broken: records may be missing, or come twice');
      return new ChunkReader(body, rest, isSame ? at : 0);
    } catch (error) {
      await body.close();
      throw error;
    }
  }

  #question(): string {
    const { pathname, search, host } = this.#place.url;
    const lines = [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host}`, 'Connection: close', 'Accept: */*'];
    for (const [name, value] of Object.entries(this.#headers)) lines.push(`${name}: ${value}`);
    return `${lines.join('\r\n')}\r\n\r\n`;
  }
}

class ChunkReader implements ConnectedReader {
  readonly #body: ReadableInput;
  readonly #decoder = new ChunkDecoder(RECORD_LIMIT_BYTES);
  /** What came with the head of the answer. */
  #first: Buffer | null;
  /** Records that have been read over another connection. */
  #known: number;

  constructor(body: ReadableInput, first: Buffer, known: number) {
    this.#body = body;
    this.#first = first;
    this.#known = known;
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
      const fresh = records.slice(this.#known);
      this.#known = Math.max(0, this.#known - records.length);
      if (fresh.length > 0) return fresh;
    }
    return null;
  }

  close(): Promise<void> {
    return this.#body.close();
  }
}

async function connectTo(url: URL, signal: AbortSignal): Promise<Socket> {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isSecure ? 443 : 80);
  const socket = isSecure ? connectSecurely({ host, port, servername: host }) : connect({ host, port });
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop);
  socket.once('close', () => signal.removeEventListener('abort', stop));
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** Reads the head of an answer that is chunked. @returns it, and what follows it */
async function readHead(body: ReadableInput): Promise<{ head: string; rest: Buffer }> {
  let data = Buffer.alloc(0);
  for (;;) {
    const end = data.indexOf('\r\n\r\n');
    if (end !== -1) {
      const head = data.toString('latin1', 0, end);
      checkHead(head);
      return { head, rest: data.subarray(end + 4) };
    }
    if (data.length > LONGEST_HEAD_BYTES) throw notHttp();
    const chunks = await body.read();
    if (chunks === null) throw new Error('the connection ended before there was an answer');
    data = Buffer.concat([data, ...chunks]);
  }
}

function checkHead(head: string): void {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head);
  if (status === null) throw notHttp();
  if (status[1] !== '200') throw statusFailure(Number(status[1]));
  const coding = /^content-encoding:[ \t]*(.*?)[ \t]*$/im.exec(head)?.[1] ?? '';
  if (coding !== '' && coding.toLowerCase() !== 'identity') {
    throw new FastScoreError(
      'STREAM_FAILED',
      `the answer has the Content-Encoding '${coding}': its chunks are no records`,
      {
        hint: 'Leave out Chunked: then it is decoded, and an envelope says where records end',
      },
    );
  }
  if (/^transfer-encoding:[ \t]*chunked[ \t]*$/im.test(head)) return;
  throw new FastScoreError('STREAM_FAILED', 'the answer is not chunked', {
    hint: 'Leave out Chunked: then an envelope says where records end',
  });
}

const notHttp = (): FastScoreError => new FastScoreError('STREAM_FAILED', 'the answer is not HTTP');

/** What a server says about the version of what it keeps; null for what it makes as it goes. */
function versionIn(head: string): string | null {
  return /^(?:etag|last-modified):[ \t]*(.+?)[ \t]*$/im.exec(head)?.[1] ?? null;
}
