import { FastScoreError } from '../../core/errors.ts';
import type { InputTransport } from './transport.ts';

/** Bodies are buffered up to about this size, then senders wait with theirs. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What a body weighs however small it is. */
const BODY_BYTES = 256;

interface Sender {
  readonly body: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Bodies that wait to be read. */
export class RestInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  #bodies: Buffer[] = [];
  #bytes = 0;
  #senders: Sender[] = [];
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
    if (this.#bytes < BUFFER_BYTES) {
      this.#buffer(body);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => this.#senders.push({ body, resolve, reject }));
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
    let admitted = 0;
    while (admitted < this.#senders.length && this.#bytes < BUFFER_BYTES) {
      const { body, resolve } = this.#senders[admitted]!;
      this.#buffer(body);
      resolve();
      admitted += 1;
    }
    this.#senders.splice(0, admitted);
    return Promise.resolve(bodies);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#bodies = [];
    this.#reader?.(null);
    this.#reader = null;
    for (const { reject } of this.#senders.splice(0)) reject(closedError());
  }

  #buffer(body: Buffer): void {
    this.#bodies.push(body);
    this.#bytes += body.length + BODY_BYTES;
  }
}

function closedError(): FastScoreError {
  return new FastScoreError('STREAM_NOT_ATTACHED', 'The stream was closed before it took the data');
}
