import type { Writable } from 'node:stream';
import type { OutputTransport } from './transport.ts';

/**
 * Standard output belongs to the process, so it is never ended. A reader that has gone (`| head`) is no failure:
 * from then on the output is at its end and what is written is dropped. A reader that is only slow is waited for,
 * whatever the LingerTime: the process is about to exit, and what it has not written then is lost.
 */
export class StdoutOutput implements OutputTransport {
  readonly pull = null;
  readonly #stdout: Writable;
  readonly #onFailure: (error: unknown) => void;
  #isBroken = false;
  #closed: Promise<void> | null = null;

  constructor(stdout: Writable, onFailure: (error: unknown) => void) {
    this.#stdout = stdout;
    this.#onFailure = onFailure;
    stdout.on('error', (error) => this.#break(error));
  }

  get ended(): boolean {
    return this.#isBroken || this.#closed !== null;
  }

  write(chunks: readonly Buffer[]): Promise<void> {
    if (this.#isBroken || this.#closed !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const onTaken = (error: NodeJS.ErrnoException | null | undefined): void => {
        if (error) this.#break(error);
        resolve();
      };
      chunks.forEach((chunk, i) => {
        this.#stdout.write(chunk, i === chunks.length - 1 ? onTaken : undefined);
      });
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#flush();
    return this.#closed;
  }

  async #flush(): Promise<void> {
    if (this.#isBroken) return;
    await new Promise<void>((resolve) => {
      this.#stdout.write('', () => resolve());
    });
  }

  #break(error: NodeJS.ErrnoException): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    if (error.code !== 'EPIPE') this.#onFailure(error);
  }
}
