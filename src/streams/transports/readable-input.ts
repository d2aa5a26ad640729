import type { Readable } from 'node:stream';
import type { InputTransport } from './transport.ts';

/** Any Node stream as an input of bytes: what has come before it breaks is read first. It is destroyed at `close`. */
export class ReadableInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  readonly push = null;
  readonly #stream: Readable;
  #isWatched = false;
  /** Ends the wait of a `read`. */
  #wake: () => void = () => {};
  #closed = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('error', () => {});
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async read(): Promise<readonly Buffer[] | null> {
    const stream = this.#stream;
    this.#watch();
    while (!this.#closed) {
      const value: Buffer | string | null = stream.read();
      if (value !== null) return [typeof value === 'string' ? Buffer.from(value) : value];
      if (stream.errored !== null) throw stream.errored;
      if (stream.readableEnded) return null;
      if (stream.destroyed) throw new Error('the stream was closed before its end');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return null;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.destroy();
    this.#wake();
  }

  /** Not before the first read: a stream begins to read when somebody listens. */
  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    for (const event of ['readable', 'end', 'error', 'close']) this.#stream.on(event, () => this.#wake());
  }
}
