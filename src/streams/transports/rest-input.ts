import { FastScoreError } from '../../core/errors.ts';
import type { InputTransport } from './transport.ts';

/** Bodies wait here up to this size before senders have to wait. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What a body weighs however small it is. */
const BODY_BYTES = 256;

export class RestInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  #bodies: Buffer[] = [];
  #bytes = 0;
  /** Senders whose body is in `#bodies` but over the bound. */
  #senders: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #reader: ((bodies: readonly Buffer[] | null) => void) | null = null;
  #isClosed = false;

  readonly push = (body: Buffer): Promise<void> => {
    if (this.#isClosed) return Promise.reject(closedError());
    if (this.#reader !== null) {
      const reader = this.#reader;
      this.#reader = null;
      reader([body]);
      return Promise.resolve();
    }
    this.#bodies.push(body);
    this.#bytes += body.length + BODY_BYTES;
    if (this.#bytes < BUFFER_BYTES) return Promise.resolve();
    return new Promise((resolve, reject) => this.#senders.push({ resolve, reject }));
  };

  read(): Promise<readonly Buffer[] | null> {
    if (this.#isClosed) return Promise.resolve(null);
    if (this.#bodies.length === 0) {
      return new Promise((resolve) => {
        this.#reader = resolve;
      });
    }
    const bodies = this.#bodies;
    this.#bodies = [];
    this.#bytes = 0;
    for (const { resolve } of this.#senders.splice(0)) resolve();
    return Promise.resolve(bodies);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#bodies = [];
    this.#reader?.(null);
    this.#reader = null;
    for (const { reject } of this.#senders.splice(0)) reject(closedError());
  }
}

function closedError(): FastScoreError {
  return new FastScoreError('STREAM_NOT_ATTACHED', 'The stream was closed before it took the data');
}
