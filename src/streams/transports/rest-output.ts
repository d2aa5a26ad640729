import type { Pulled } from '../types.ts';
import type { OutputTransport } from './transport.ts';

/** Bodies wait here up to this size before the engine has to wait. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What a body weighs however small it is. */
const BODY_BYTES = 256;

/** Fetched places at the front of the list before it is cut. */
const FETCHED_PLACES = 1024;

/**
 * Bodies that wait to be fetched. Buffered is written: `close` does not wait for anybody, and what is not fetched by
 * then can still be fetched afterwards, for as long as someone holds this output.
 */
export class RestOutput implements OutputTransport {
  #bodies: (Buffer | null)[] = [];
  /** Index in `#bodies` of the next one to fetch. */
  #next = 0;
  #bytes = 0;
  readonly #fetchers = new Set<(pulled: Pulled) => void>();
  #writers: (() => void)[] = [];
  #isClosed = false;

  get ended(): boolean {
    return this.#isClosed && this.#next === this.#bodies.length;
  }

  write(bodies: readonly Buffer[]): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    for (const body of bodies) {
      const [fetcher] = this.#fetchers;
      if (fetcher !== undefined) {
        fetcher(body);
        continue;
      }
      this.#bodies.push(body);
      this.#bytes += body.length + BODY_BYTES;
    }
    if (this.#bytes < BUFFER_BYTES) return Promise.resolve();
    return new Promise((resolve) => this.#writers.push(resolve));
  }

  readonly pull = (waitMs: number, signal?: AbortSignal): Promise<Pulled> => {
    if (signal?.aborted === true) return Promise.resolve('empty');
    const body = this.#takeBody();
    if (body !== null) return Promise.resolve(body);
    if (this.#isClosed) return Promise.resolve('eof');
    return new Promise((resolve) => {
      const fetcher = (pulled: Pulled): void => {
        clearTimeout(timer);
        this.#fetchers.delete(fetcher);
        signal?.removeEventListener('abort', giveUp);
        resolve(pulled);
      };
      const giveUp = (): void => fetcher('empty');
      const timer = setTimeout(giveUp, waitMs);
      signal?.addEventListener('abort', giveUp);
      this.#fetchers.add(fetcher);
    });
  };

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const fetcher of [...this.#fetchers]) fetcher('eof');
    for (const resolve of this.#writers.splice(0)) resolve();
  }

  #takeBody(): Buffer | null {
    const body = this.#bodies[this.#next] ?? null;
    if (body === null) return null;
    this.#bodies[this.#next] = null;
    this.#next += 1;
    this.#bytes -= body.length + BODY_BYTES;
    if (this.#next === this.#bodies.length || this.#next === FETCHED_PLACES) {
      this.#bodies = this.#bodies.slice(this.#next);
      this.#next = 0;
    }
    if (this.#bytes < BUFFER_BYTES) for (const resolve of this.#writers.splice(0)) resolve();
    return body;
  }
}
