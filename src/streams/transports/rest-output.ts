import type { OutputTransport } from './transport.ts';

/** Bodies wait here up to this size before the engine has to wait. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What a body weighs however small it is. */
const BODY_BYTES = 256;

type Pulled = Buffer | 'empty' | 'eof';

/** What is not fetched by the time of `close` can still be fetched afterwards. */
export class RestOutput implements OutputTransport {
  #bodies: Buffer[] = [];
  /** Index in `#bodies` of the next one to fetch. */
  #next = 0;
  #bytes = 0;
  #fetchers: ((pulled: Pulled) => void)[] = [];
  #writers: (() => void)[] = [];
  #onDrained: (() => void) | null = null;
  #closed: Promise<void> | null = null;

  get ended(): boolean {
    return this.#closed !== null && this.#next === this.#bodies.length;
  }

  write(bodies: readonly Buffer[]): Promise<void> {
    if (this.#closed !== null) return Promise.resolve();
    for (const body of bodies) {
      const fetcher = this.#fetchers.shift();
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

  readonly pull = (waitMs: number): Promise<Pulled> => {
    const body = this.#bodies[this.#next];
    if (body !== undefined) {
      this.#fetched(body);
      return Promise.resolve(body);
    }
    if (this.#closed !== null) return Promise.resolve('eof');
    return new Promise((resolve) => {
      const fetcher = (pulled: Pulled): void => {
        clearTimeout(timer);
        resolve(pulled);
      };
      const timer = setTimeout(() => {
        this.#fetchers.splice(this.#fetchers.indexOf(fetcher), 1);
        resolve('empty');
      }, waitMs);
      this.#fetchers.push(fetcher);
    });
  };

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#linger(lingerMs);
    return this.#closed;
  }

  async #linger(lingerMs: number | null): Promise<void> {
    for (const fetcher of this.#fetchers.splice(0)) fetcher('eof');
    for (const resolve of this.#writers.splice(0)) resolve();
    if (lingerMs === null || this.#next === this.#bodies.length) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lingerMs);
      this.#onDrained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #fetched(body: Buffer): void {
    this.#next += 1;
    this.#bytes -= body.length + BODY_BYTES;
    if (this.#bytes < BUFFER_BYTES) for (const resolve of this.#writers.splice(0)) resolve();
    if (this.#next < this.#bodies.length) return;
    this.#bodies = [];
    this.#next = 0;
    this.#onDrained?.();
  }
}
