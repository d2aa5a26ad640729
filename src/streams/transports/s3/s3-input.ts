import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { assertReaches } from '../assert-reaches.ts';
import { ReadableInput } from '../readable-input.ts';
import type { ConnectedReader, InputSource } from '../reconnecting-input.ts';
import { ReconnectingInput } from '../reconnecting-input.ts';
import type { InputTransport, OpenInputTransportOptions } from '../transport.ts';
import { createClient, toS3Error } from './s3-client.ts';
import type { S3Place } from './s3-place.ts';

/** One version of an object, from a byte on; a connection that breaks is made again where it had stopped. */
export async function openS3Input(place: S3Place, options: OpenInputTransportOptions): Promise<InputTransport> {
  return await ReconnectingInput.open(new S3Source(await createClient(place, options), place, options), options);
}

interface Version {
  readonly size: number;
  readonly etag: string | undefined;
}

class S3Source implements InputSource {
  readonly unit = 'bytes';
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #isContinued: boolean;
  /** null: not known yet, or the input begins again. */
  #version: Version | null = null;

  constructor(client: S3Client, place: S3Place, { isContinued }: OpenInputTransportOptions) {
    this.#client = client;
    this.#place = place;
    this.#isContinued = isContinued;
  }

  async connect(at: number, signal: AbortSignal): Promise<ConnectedReader> {
    try {
      this.#version ??= await this.#look(signal);
      const { size } = this.#version;
      if (this.#isContinued) assertReaches(at, size, 'bytes');
      return at >= size ? NOTHING : whole(await this.#get(at, signal), size - at);
    } catch (error) {
      throw toS3Error(error);
    }
  }

  readonly rewind = async (): Promise<void> => {
    this.#version = null;
  };

  close(): void {
    this.#client.destroy();
  }

  async #look(abortSignal: AbortSignal): Promise<Version> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    const { bucket, key } = this.#place;
    const head = await this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
    return { size: head.ContentLength ?? 0, etag: head.ETag };
  }

  async #get(at: number, abortSignal: AbortSignal): Promise<ReadableInput> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { bucket, key } = this.#place;
    const { Body } = await this.#client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        IfMatch: this.#version?.etag,
        ...(at === 0 ? {} : { Range: `bytes=${at}-` }),
      }),
      { abortSignal },
    );
    return new ReadableInput(Body as Readable);
  }
}

const NOTHING: ConnectedReader = { read: async () => null, close: async () => {} };

/** A body that must not end before its last byte. */
function whole(reader: ReadableInput, size: number): ConnectedReader {
  let left = size;
  return {
    async read() {
      const chunks = await reader.read();
      for (const { length } of chunks ?? []) left -= length;
      if (chunks === null && left > 0 && !reader.isClosed) throw new Error('the connection ended too early');
      return chunks;
    },
    close: () => reader.close(),
  };
}
