import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import { settlesWithin } from '../../util/settles-within.ts';
import { BatchOutput } from './batch-output.ts';
import type { HttpPlace } from './http-place.ts';
import { headersOf, statusFailure } from './http-request.ts';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';
import { WritableOutput } from './writable-output.ts';

interface HttpOutputOptions extends OpenOutputTransportOptions {
  readonly chunked: boolean;
}

/** A request per batch, repeated until the server has taken it; or one request with a chunk per record. */
export async function openHttpOutput(place: HttpPlace, options: HttpOutputOptions): Promise<OutputTransport> {
  const { request } = await import('undici');
  const { url } = place;
  const method = place.method as Dispatcher.HttpMethod;
  const headers = { 'content-type': 'application/octet-stream', ...(await headersOf(place, options)) };
  if (options.chunked) {
    const body = new PassThrough({
      writableHighWaterMark: CHUNKED_BUFFER_BYTES,
      // Objects, so that chunks are not joined; they are counted, whatever their size.
      readableObjectMode: true,
      readableHighWaterMark: 1,
    });
    return new ChunkedOutput(body, request(url, { method, headers, body, headersTimeout: 0, bodyTimeout: 0 }), options);
  }
  const send = async (chunks: readonly Buffer[], signal: AbortSignal): Promise<void> => {
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const answer = await request(url, { method, headers, body, signal, bodyTimeout: 0 });
    await answer.body.dump();
    if (!isSuccess(answer.statusCode)) throw statusFailure(answer.statusCode);
  };
  return new BatchOutput({ send }, options);
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

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
      return isSuccess(statusCode) ? null : statusFailure(statusCode);
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
