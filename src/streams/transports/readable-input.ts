import type { Readable } from 'node:stream';
import type { InputTransport } from './transport.ts';

/** Any Node stream as an input of bytes. The stream is destroyed at `close`. */
export class ReadableInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  readonly push = null;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer | string>;
  #closed = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
    stream.on('error', () => {});
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async read(): Promise<readonly Buffer[] | null> {
    try {
      const { value, done } = await this.#chunks.next();
      // A stream that broke before it was read for the first time ends without a word.
      if (done === true && this.#stream.errored !== null && !this.#closed) throw this.#stream.errored;
      return done === true || this.#closed ? null : [typeof value === 'string' ? Buffer.from(value) : value];
    } catch (error) {
      if (this.#closed) return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.destroy();
  }
}
