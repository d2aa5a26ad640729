import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import { Backoff, isFinal } from './backoff.ts';
import type { HttpPlace } from './http.ts';
import { headersOf, statusFailure } from './http-request.ts';
import { settlesWithin } from './settles-within.ts';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';
import { WritableOutput } from './writable-output.ts';

interface HttpOutputOptions extends OpenOutputTransportOptions {
  readonly chunked: boolean;
}

/** A request per batch, repeated until the server has taken it. */
export class HttpOutput implements OutputTransport {
  readonly pull = null;
  readonly #send: (data: Buffer) => Promise<void>;
  readonly #options: HttpOutputOptions;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #last: Promise<void> = Promise.resolve();
  #isOver = false;
  #closed: Promise<void> | null = null;

  private constructor(
    post: (data: Buffer, signal: AbortSignal) => Promise<Dispatcher.ResponseData>,
    options: HttpOutputOptions,
  ) {
    this.#options = options;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
    this.#send = async (data) => {
      const { statusCode, body } = await post(data, this.#closing.signal);
      await body.dump();
      if (statusCode < 200 || statusCode > 299) throw statusFailure(statusCode);
    };
  }

  static async open(place: HttpPlace, options: HttpOutputOptions): Promise<OutputTransport> {
    const { request } = await import('undici');
    const { url } = place;
    const method = place.method as Dispatcher.HttpMethod;
    const headers = { 'content-type': 'application/octet-stream', ...(await headersOf(place)) };
    if (!options.chunked) {
      return new HttpOutput((body, signal) => request(url, { method, headers, body, signal, bodyTimeout: 0 }), options);
    }
    const body = new PassThrough({ writableHighWaterMark: CHUNKED_BUFFER_BYTES, readableObjectMode: true });
    return new ChunkedOutput(body, request(url, { method, headers, body, headersTimeout: 0, bodyTimeout: 0 }), options);
  }

  get ended(): boolean {
    return this.#isOver;
  }

  write(chunks: readonly Buffer[]): Promise<void> {
    if (this.#isOver || this.#closed !== null) return Promise.resolve();
    const data = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    this.#last = this.#last.then(() => this.#deliver(data));
    return this.#last;
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  async #deliver(data: Buffer): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#send(data);
        this.#backoff.succeeded();
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        await this.#retry(error);
      }
    }
  }

  async #retry(error: unknown): Promise<void> {
    try {
      if (isFinal(error)) throw error;
      await this.#backoff.failed(error);
    } catch (final) {
      this.#isOver = true;
      this.#options.onFailure(final);
    }
  }

  async #end(lingerMs: number | null): Promise<void> {
    if (lingerMs !== null && !(await settlesWithin(this.#last, lingerMs))) {
      this.#options.onWarning('not everything was taken within LingerTime');
    }
    this.#isOver = true;
    this.#closing.abort();
  }
}

const CHUNKED_BUFFER_BYTES = 1024 * 1024;

/** One request, whose chunks are the records. It cannot be repeated: a connection that breaks is the end. */
class ChunkedOutput extends WritableOutput {
  readonly #answer: Promise<Error | null>;
  readonly #options: OpenOutputTransportOptions;

  constructor(body: PassThrough, answer: Promise<Dispatcher.ResponseData>, options: OpenOutputTransportOptions) {
    super(body, options);
    this.#options = options;
    this.#answer = answer.then(async ({ statusCode, body: reply }) => {
      await reply.dump();
      return statusCode >= 200 && statusCode <= 299 ? null : statusFailure(statusCode);
    }, asError);
    void this.#answer.then((error) => {
      if (error !== null) options.onFailure(error);
    });
  }

  override async close(lingerMs: number | null): Promise<void> {
    await super.close(lingerMs);
    if (lingerMs === null || (await settlesWithin(this.#answer, lingerMs))) return;
    this.#options.onWarning('the server has not answered within LingerTime');
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
