import type { Dispatcher } from 'undici';
import { FastScoreError } from '../../core/errors.ts';
import { Backoff, isFinal } from './backoff.ts';
import type { HttpPlace } from './http.ts';
import { headersOf, statusFailure } from './http-request.ts';
import { ReadableInput } from './readable-input.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

/** The body of a GET. A connection that breaks is made again, and the body goes on where it had stopped. */
export class HttpInput implements InputTransport {
  readonly start: number;
  readonly push = null;
  readonly #place: HttpPlace;
  readonly #headers: Record<string, string>;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #at: number;
  /** Version of what is read: it must not change under way. */
  #etag: string | null = null;
  #body: ReadableInput | null = null;
  /** What was read too far when a server without ranges was skipped through. */
  #rest: Buffer | null = null;

  private constructor(place: HttpPlace, headers: Record<string, string>, options: OpenInputTransportOptions) {
    this.#place = place;
    this.#headers = headers;
    this.start = typeof options.start === 'number' ? options.start : 0;
    this.#at = this.start;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
  }

  static async open(place: HttpPlace, options: OpenInputTransportOptions): Promise<HttpInput> {
    const input = new HttpInput(place, await headersOf(place), options);
    await input.#connect();
    return input;
  }

  async read(): Promise<readonly Buffer[] | null> {
    while (!this.#closing.signal.aborted) {
      try {
        if (this.#body === null) await this.#connect();
        const chunks = this.#rest === null ? await this.#body!.read() : [this.#rest];
        this.#rest = null;
        for (const { length } of chunks ?? []) this.#at += length;
        return chunks;
      } catch (error) {
        await this.#body?.close();
        this.#body = null;
        if (this.#closing.signal.aborted) return null;
        if (isFinal(error)) throw error;
        await this.#backoff.failed(error);
      }
    }
    return null;
  }

  readonly rewind = async (): Promise<void> => {
    await this.#body?.close();
    this.#body = null;
    this.#rest = null;
    this.#at = 0;
    this.#etag = null;
  };

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#body?.close();
  }

  async #connect(): Promise<void> {
    const { request } = await import('undici');
    const { url } = this.#place;
    const at = this.#at;
    const response = await request(url, {
      headers: { ...this.#headers, ...(at === 0 ? {} : { range: `bytes=${at}-` }) },
      signal: this.#closing.signal,
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
    this.#body = new ReadableInput(body);
    if (statusCode === 200 && at > 0) await this.#skip(at);
    this.#backoff.succeeded();
  }

  /** For servers that know no ranges. */
  async #skip(bytes: number): Promise<void> {
    let left = bytes;
    while (left > 0) {
      const [chunk] = (await this.#body!.read()) ?? [];
      if (chunk === undefined) return;
      if (chunk.length > left) this.#rest = chunk.subarray(left);
      left -= chunk.length;
    }
  }

  #assertSame({ headers }: Dispatcher.ResponseData): void {
    const etag = typeof headers.etag === 'string' ? headers.etag : null;
    if (this.#etag !== null && etag !== null && etag !== this.#etag) {
      throw new FastScoreError('STREAM_FAILED', 'what is read has been replaced by something else while it was read');
    }
    this.#etag = etag;
  }
}
