import type { Dispatcher } from 'undici';
import { FastScoreError } from '../../core/errors.ts';
import { assertReaches } from './assert-reaches.ts';
import { codingsOf, DecodedBody } from './decoded-body.ts';
import type { HttpPlace } from './http-place.ts';
import { headersOf, statusFailure } from './http-request.ts';
import { ReadableInput } from './readable-input.ts';
import type { ConnectedReader, InputSource } from './reconnecting-input.ts';
import { ReconnectingInput } from './reconnecting-input.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

/** The body of a GET. A connection that breaks is made again, and the body goes on where it had stopped. */
export async function openHttpInput(place: HttpPlace, options: OpenInputTransportOptions): Promise<InputTransport> {
  return await ReconnectingInput.open(new HttpSource(place, await headersOf(place, options), options), options);
}

class HttpSource implements InputSource {
  readonly unit = 'bytes';
  readonly #place: HttpPlace;
  readonly #headers: Readonly<Record<string, string>>;
  /** Version of what is read: it must not change under way. */
  #etag: string | null = null;
  /** Whether it comes with a Content-Encoding. */
  #isCoded = false;
  /** Whether what lies before a place has been read. */
  #isBegun: boolean;

  constructor(place: HttpPlace, headers: Readonly<Record<string, string>>, { isContinued }: OpenInputTransportOptions) {
    this.#place = place;
    this.#headers = headers;
    this.#isBegun = isContinued;
  }

  async connect(at: number, signal: AbortSignal): Promise<ConnectedReader> {
    const found = at === 0 || this.#isCoded ? null : await this.#connectAt(at, signal);
    const reader = found ?? (await this.#connectFromStart(at, signal));
    this.#isBegun = true;
    return reader;
  }

  /** Asks for all of the body, and passes over what comes before a byte. */
  async #connectFromStart(at: number, signal: AbortSignal): Promise<ConnectedReader> {
    const { body, codings } = await this.#ask(null, signal);
    const reader = readerOf(body, codings);
    return at === 0 ? reader : await behind(reader, at, this.#isBegun);
  }

  /** Goes on at a byte of the body. @returns null where that cannot be: then all of it has to be asked for */
  async #connectAt(at: number, signal: AbortSignal): Promise<ConnectedReader | null> {
    const { status, headers, body, codings } = await this.#ask(at, signal);
    if (status === 200) return await behind(readerOf(body, codings), at, this.#isBegun);
    // Ranges are those of the coded bytes, which nobody counts.
    if (status === 206 && codings.length === 0) return new ReadableInput(body);
    await body.dump();
    return status === 416 && headers['content-range'] === `bytes */${at}` ? NOTHING : null;
  }

  async #ask(from: number | null, signal: AbortSignal): Promise<Answer> {
    const { request } = await import('undici');
    const response = await request(this.#place.url, {
      headers: { ...this.#headers, ...(from === null ? {} : { range: `bytes=${from}-` }) },
      signal,
      // A sender may be silent for as long as it likes.
      bodyTimeout: 0,
    });
    const { statusCode: status, headers, body } = response;
    try {
      if (!SUCCESSES.includes(status) && !(from !== null && status === 416)) throw statusFailure(status);
      if (status !== 416) this.#assertSame(response);
      const codings = codingsOf(headers['content-encoding']);
      this.#isCoded ||= codings.length > 0;
      return { status, headers, body, codings };
    } catch (error) {
      await body.dump();
      throw error;
    }
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

interface Answer extends Pick<Dispatcher.ResponseData, 'headers' | 'body'> {
  readonly status: number;
  readonly codings: readonly string[];
}

const SUCCESSES = [200, 204, 206];

const NOTHING: ConnectedReader = { read: async () => null, close: async () => {} };

function readerOf(body: Answer['body'], codings: readonly string[]): ConnectedReader {
  return codings.length === 0 ? new ReadableInput(body) : new DecodedBody(body, codings);
}

/**
 * What comes after so many bytes of a whole body.
 * @param isBegun whether these have been there: then there must be as many
 */
async function behind(reader: ConnectedReader, bytes: number, isBegun: boolean): Promise<ConnectedReader> {
  let left = bytes;
  let rest: Buffer | null = null;
  while (left > 0) {
    const [chunk] = (await reader.read()) ?? [];
    if (chunk === undefined) break;
    if (chunk.length > left) rest = chunk.subarray(left);
    left -= Math.min(left, chunk.length);
  }
  if (left > 0 && isBegun) {
    await reader.close();
    assertReaches(bytes, bytes - left, 'bytes');
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
