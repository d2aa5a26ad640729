import { once } from 'node:events';
import { Backoff, isFinal } from './backoff.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

/** What is read over one connection. */
export interface ConnectedReader {
  /** As in `InputTransport`: null at the end of the input. @throws when the connection breaks */
  read(): Promise<readonly Buffer[] | null>;
  close(): Promise<void>;
}

/** Where connections come from. */
export interface InputSource {
  /** In what `at` is counted. */
  readonly unit: 'bytes' | 'records';
  /**
   * Connects, so that reading goes on at a place: whoever cannot begin there passes over what comes before.
   * @throws FastScoreError when trying again cannot help
   */
  connect(at: number, signal: AbortSignal): Promise<ConnectedReader>;
  /** Called before the input is read again from its beginning; null when it cannot be. */
  readonly rewind: (() => Promise<void>) | null;
  /** Releases what outlives a connection. */
  close?(): void;
}

/** An input whose connection is made again when it breaks, after a growing delay, and goes on where it had stopped. */
export class ReconnectingInput implements InputTransport {
  readonly start: number;
  readonly push = null;
  readonly rewind: InputTransport['rewind'];
  readonly #source: InputSource;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #at: number;
  #reader: ConnectedReader | null = null;

  private constructor(source: InputSource, { start, onTrouble }: OpenInputTransportOptions) {
    this.#source = source;
    this.start = typeof start === 'number' ? start : 0;
    this.#at = this.start;
    this.#backoff = new Backoff({ onTrouble, signal: this.#closing.signal });
    this.rewind =
      source.rewind === null
        ? null
        : async () => {
            await this.#drop();
            await source.rewind!();
            this.#at = 0;
          };
  }

  /** @throws what keeps the first connection from being made */
  static async open(source: InputSource, options: OpenInputTransportOptions): Promise<ReconnectingInput> {
    const input = new ReconnectingInput(source, options);
    try {
      await input.#connect();
      return input;
    } catch (error) {
      await input.close();
      throw error;
    }
  }

  async read(): Promise<readonly Buffer[] | null> {
    while (!this.#closing.signal.aborted) {
      try {
        if (this.#reader === null) await this.#connect();
        const chunks = this.#reader === null ? null : await this.#reader.read();
        if (this.#closing.signal.aborted) return null;
        if (chunks !== null) this.#count(chunks);
        return chunks;
      } catch (error) {
        await this.#drop();
        if (this.#closing.signal.aborted) return null;
        if (isFinal(error)) throw error;
        await this.#backoff.failed(error);
      }
    }
    return null;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#drop();
    this.#source.close?.();
  }

  async #connect(): Promise<void> {
    const { signal } = this.#closing;
    const connecting = this.#source.connect(this.#at, signal);
    // Whoever closes the stream does not wait for a peer that may not be there.
    this.#reader = await Promise.race([connecting, untilAborted(signal)]);
    if (this.#reader === null) void connecting.then((late) => late.close()).catch(() => {});
    else this.#backoff.connected();
  }

  #count(chunks: readonly Buffer[]): void {
    this.#backoff.succeeded();
    if (this.#source.unit === 'records') this.#at += chunks.length;
    else for (const { length } of chunks) this.#at += length;
  }

  async #drop(): Promise<void> {
    const reader = this.#reader;
    this.#reader = null;
    await reader?.close();
  }
}

async function untilAborted(signal: AbortSignal): Promise<null> {
  if (!signal.aborted) await once(signal, 'abort');
  return null;
}
