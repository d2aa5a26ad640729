import type { Writable } from 'node:stream';
import { finished } from 'node:stream';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';

/** Any Node stream as an output of bytes; it is ended at `close`, and destroyed when that takes too long. */
export class WritableOutput implements OutputTransport {
  readonly pull = null;
  readonly #stream: Writable;
  readonly #onFailure: (error: unknown) => void;
  readonly #onLost: (text: string) => void;
  /** Resolves when the stream is closed or broken. */
  readonly #over: Promise<void>;
  /** Writers that wait: a stream that is destroyed says nothing of what it was just working on. */
  readonly #waiting = new Set<() => void>();
  #isOver = false;
  #hasGivenUp = false;
  #closed: Promise<void> | null = null;

  constructor(stream: Writable, { onFailure, onLost }: OpenOutputTransportOptions) {
    this.#stream = stream;
    this.#onFailure = onFailure;
    this.#onLost = onLost;
    stream.on('error', () => {});
    this.#over = new Promise((resolve) => {
      finished(stream, { readable: false }, (error) => {
        if (error) this.#break(error);
        this.#isOver = true;
        for (const letGo of this.#waiting) letGo();
        resolve();
      });
    });
  }

  get ended(): boolean {
    return this.#isOver;
  }

  /** Resolves when the system has taken the bytes: then an error has been told already. */
  write(chunks: readonly Buffer[]): Promise<void> {
    if (this.#isOver || this.#closed !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const letGo = (): void => {
        this.#waiting.delete(letGo);
        resolve();
      };
      this.#waiting.add(letGo);
      const onTaken = (error: Error | null | undefined): void => {
        if (error) this.#break(error);
        letGo();
      };
      chunks.forEach((chunk, i) => {
        this.#stream.write(chunk, i === chunks.length - 1 ? onTaken : undefined);
      });
    });
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  async #end(lingerMs: number | null): Promise<void> {
    this.#stream.end();
    if (lingerMs === null) return;
    const timer = setTimeout(() => {
      this.#hasGivenUp = true;
      this.#onLost(`${this.#stream.writableLength} bytes were not written within LingerTime`);
      this.#stream.destroy();
    }, lingerMs);
    await this.#over;
    clearTimeout(timer);
  }

  #break(error: Error): void {
    if (this.#isOver || this.#hasGivenUp) return;
    this.#isOver = true;
    this.#onFailure(error);
  }
}
