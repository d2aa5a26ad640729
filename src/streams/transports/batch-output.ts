import { settlesWithin } from '../../util/settles-within.ts';
import { Backoff, isFinal } from './backoff.ts';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';

/** Who takes batches. */
export interface BatchSender {
  /**
   * Resolves when the batch has been taken.
   * @throws FastScoreError when trying again cannot help
   */
  send(chunks: readonly Buffer[], signal: AbortSignal): Promise<void>;
  /** Called after a batch that was not taken, and at the end. */
  disconnect?(): Promise<void>;
}

/** An output that sends a batch at a time, and sends it again, after a growing delay, until it has been taken. */
export class BatchOutput implements OutputTransport {
  readonly pull = null;
  readonly #sender: BatchSender;
  readonly #options: OpenOutputTransportOptions;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #last: Promise<void> = Promise.resolve();
  #isOver = false;
  #closed: Promise<void> | null = null;

  constructor(sender: BatchSender, options: OpenOutputTransportOptions) {
    this.#sender = sender;
    this.#options = options;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
  }

  get ended(): boolean {
    return this.#isOver;
  }

  write(chunks: readonly Buffer[]): Promise<void> {
    if (this.#isOver || this.#closed !== null) return Promise.resolve();
    this.#last = this.#last.then(() => this.#deliver(chunks));
    return this.#last;
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  async #deliver(chunks: readonly Buffer[]): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#sender.send(chunks, this.#closing.signal);
        this.#backoff.succeeded();
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        await this.#retry(error);
      }
    }
  }

  async #retry(error: unknown): Promise<void> {
    try {
      if (isFinal(error)) throw error;
      await this.#sender.disconnect?.();
      await this.#backoff.failed(error);
    } catch (final) {
      this.#isOver = true;
      this.#options.onFailure(final);
    }
  }

  async #end(lingerMs: number | null): Promise<void> {
    if (lingerMs !== null && !(await settlesWithin(this.#last, lingerMs))) {
      this.#options.onLost('not everything was taken within LingerTime');
    }
    this.#isOver = true;
    this.#closing.abort();
    await this.#sender.disconnect?.();
  }
}
