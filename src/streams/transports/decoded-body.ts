import { once } from 'node:events';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { FastScoreError } from '../../core/errors.ts';
import { ReadableInput } from './readable-input.ts';
import type { ConnectedReader } from './reconnecting-input.ts';

/** Makes what undoes a coding of `source`. */
const DECODERS = new Map<string, (source: Readable) => Duplex | Promise<Duplex>>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', async (source) => ((await isZlib(source)) ? createInflate() : createInflateRaw())],
  ['br', () => createBrotliDecompress()],
]);

/**
 * What a `Content-Encoding` says has been done to a body, in this order; nothing for most.
 * @throws FastScoreError STREAM_FAILED for what cannot be undone
 */
export function codingsOf(header: string | string[] | undefined): string[] {
  const names = String(header ?? '')
    .toLowerCase()
    .split(',');
  const codings = names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
  const unknown = codings.find((coding) => !DECODERS.has(coding));
  if (unknown === undefined) return codings;
  throw new FastScoreError('STREAM_FAILED', `the answer has the Content-Encoding '${unknown}', which is not known`, {
    hint: `Known are gzip, deflate and br. Ask for none with "Headers": {"Accept-Encoding": "identity"}`,
  });
}

/** A body of an answer, with its codings undone. */
export class DecodedBody implements ConnectedReader {
  readonly #body: Readable;
  readonly #codings: readonly string[];
  #input: ReadableInput | null = null;
  #isClosed = false;

  constructor(body: Readable, codings: readonly string[]) {
    this.#body = body;
    this.#codings = codings;
    body.on('error', () => {});
  }

  async read(): Promise<readonly Buffer[] | null> {
    try {
      this.#input ??= new ReadableInput(await this.#decoded());
      if (!this.#isClosed) return await this.#input.read();
    } catch (error) {
      if (!this.#isClosed) throw this.#understood(error);
    }
    return null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#body.destroy();
    await this.#input?.close();
  }

  async #decoded(): Promise<Readable> {
    let source = this.#body;
    for (const coding of [...this.#codings].reverse()) {
      const decoder = await DECODERS.get(coding)!(source);
      pipeline(source, decoder, () => {});
      source = decoder;
    }
    return source;
  }

  /** What does not go with its coding would not do so another time. */
  #understood(error: unknown): unknown {
    const { code, message } = error as NodeJS.ErrnoException;
    const isCutOff = code === 'Z_BUF_ERROR';
    // The connection broke before the body was there.
    if (isCutOff && !this.#body.readableEnded) return error;
    if (!isCutOff && !/^(Z_|ERR_BROTLI|ERR__)/.test(code ?? '')) return error;
    const what = this.#codings.join(', ');
    return new FastScoreError('STREAM_FAILED', `the body is not what its Content-Encoding ${what} says: ${message}`, {
      cause: error,
    });
  }
}

/** Some send deflated bytes as they are, others with the header of zlib, as they should. */
async function isZlib(source: Readable): Promise<boolean> {
  for (;;) {
    const chunk: Buffer | null = source.read();
    if (chunk !== null) {
      source.unshift(chunk);
      return (chunk[0]! & 0x0f) === 8;
    }
    if (source.errored !== null) throw source.errored;
    if (source.readableEnded || source.destroyed) return true;
    await once(source, 'readable');
  }
}
