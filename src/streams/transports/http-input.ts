import type { Dispatcher } from 'undici';
import { FastScoreError } from '../../core/errors.ts';
import type { HttpPlace } from './http-place.ts';
import { headersOf, statusFailure } from './http-request.ts';
import { ReadableInput } from './readable-input.ts';
import type { ConnectedReader, InputSource } from './reconnecting-input.ts';
import { ReconnectingInput } from './reconnecting-input.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

/** The body of a GET. A connection that breaks is made again, and the body goes on where it had stopped. */
export async function openHttpInput(place: HttpPlace, options: OpenInputTransportOptions): Promise<InputTransport> {
  return await ReconnectingInput.open(new HttpSource(place, await headersOf(place, options)), options);
}

class HttpSource implements InputSource {
  readonly unit = 'bytes';
  readonly #place: HttpPlace;
  readonly #headers: Readonly<Record<string, string>>;
  /** Version of what is read: it must not change under way. */
  #etag: string | null = null;

  constructor(place: HttpPlace, headers: Readonly<Record<string, string>>) {
    this.#place = place;
    this.#headers = headers;
  }

  async connect(at: number, signal: AbortSignal): Promise<ConnectedReader> {
    const { request } = await import('undici');
    const response = await request(this.#place.url, {
      headers: { ...this.#headers, ...(at === 0 ? {} : { range: `bytes=${at}-` }) },
      signal,
      // A sender may be silent for as long as it likes.
      bodyTimeout: 0,
    });
    const { statusCode, body } = response;
    // Nothing lies behind the position: the body has been read to its end.
    const isBehindEnd = statusCode === 416 && at > 0;
    if (statusCode !== 200 && statusCode !== 206 && statusCode !== 204 && !isBehindEnd) {
      await body.dump();
      throw statusFailure(statusCode);
    }
    this.#assertSame(response);
    if (isBehindEnd) await body.dump();
    const reader = new ReadableInput(body);
    return statusCode === 200 && at > 0 ? await behind(reader, at) : reader;
  }

  readonly rewind = async (): Promise<void> => {
    this.#etag = null;
  };

  #assertSame({ headers }: Dispatcher.ResponseData): void {
    const etag = typeof headers.etag === 'string' ? headers.etag : null;
    if (this.#etag !== null && etag !== null && etag !== this.#etag) {
      throw new FastScoreError('STREAM_FAILED', 'what is read has been replaced by something else while it was read');
    }
    this.#etag = etag;
  }
}

/** What comes after so many bytes, from servers that know no ranges. */
async function behind(reader: ReadableInput, bytes: number): Promise<ConnectedReader> {
  let left = bytes;
  let rest: Buffer | null = null;
  while (left > 0) {
    const [chunk] = (await reader.read()) ?? [];
    if (chunk === undefined) break;
    if (chunk.length > left) rest = chunk.subarray(left);
    left -= chunk.length;
  }
  return {
    read: async () => {
      if (rest === null) return await reader.read();
      const first = rest;
      rest = null;
      return [first];
    },
    close: () => reader.close(),
  };
}
