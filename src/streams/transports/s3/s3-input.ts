import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Backoff, isFinal } from '../backoff.ts';
import { ReadableInput } from '../readable-input.ts';
import type { InputTransport, OpenInputTransportOptions } from '../transport.ts';
import type { S3Place } from './s3.ts';
import { createClient, toS3Error } from './s3-client.ts';

/** One version of an object, from a byte on; a connection that breaks is made again where it had stopped. */
export class S3Input implements InputTransport {
  readonly start: number;
  readonly push = null;
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #at: number;
  #size = 0;
  #etag: string | undefined;
  #body: ReadableInput | null = null;

  private constructor(client: S3Client, place: S3Place, options: OpenInputTransportOptions) {
    this.#client = client;
    this.#place = place;
    this.start = typeof options.start === 'number' ? options.start : 0;
    this.#at = this.start;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
  }

  static async open(place: S3Place, options: OpenInputTransportOptions): Promise<S3Input> {
    const input = new S3Input(await createClient(place), place, options);
    try {
      await input.#look();
      return input;
    } catch (error) {
      await input.close();
      throw toS3Error(error);
    }
  }

  async read(): Promise<readonly Buffer[] | null> {
    while (!this.#closing.signal.aborted && this.#at < this.#size) {
      try {
        this.#body ??= await this.#get();
        const chunks = await this.#body.read();
        for (const { length } of chunks ?? []) this.#at += length;
        this.#backoff.succeeded();
        if (chunks !== null || this.#at >= this.#size) return chunks;
        throw new Error('the connection ended too early');
      } catch (error) {
        await this.#body?.close();
        this.#body = null;
        if (this.#closing.signal.aborted) return null;
        const known = toS3Error(error);
        if (isFinal(known)) throw known;
        await this.#backoff.failed(known);
      }
    }
    return null;
  }

  readonly rewind = async (): Promise<void> => {
    await this.#body?.close();
    this.#body = null;
    this.#at = 0;
    await this.#look();
  };

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#body?.close();
    this.#client.destroy();
  }

  async #look(): Promise<void> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    const { bucket, key } = this.#place;
    const head = await this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: this.#closing.signal,
    });
    this.#size = head.ContentLength ?? 0;
    this.#etag = head.ETag;
  }

  async #get(): Promise<ReadableInput> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { bucket, key } = this.#place;
    const { Body } = await this.#client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        IfMatch: this.#etag,
        ...(this.#at === 0 ? {} : { Range: `bytes=${this.#at}-` }),
      }),
      { abortSignal: this.#closing.signal },
    );
    return new ReadableInput(Body as Readable);
  }
}
