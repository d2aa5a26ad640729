import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { setImmediate } from 'node:timers/promises';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';

/** More at once is not what the buffer of a receiver holds, which may be in this very process. */
const BURST_BYTES = 64 * 1024;
/** What a datagram counts beside its record: receivers take some dozens in a row. */
const DATAGRAM_BYTES = 2048;

/** A datagram per record; nobody says whether it arrives. */
export async function openUdpOutput(
  host: string,
  port: number,
  options: OpenOutputTransportOptions,
): Promise<OutputTransport> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.on('error', options.onFailure);
  return new UdpOutput(socket, { address, port }, options);
}

class UdpOutput implements OutputTransport {
  readonly pull = null;
  readonly #socket: Socket;
  readonly #peer: { readonly address: string; readonly port: number };
  readonly #options: OpenOutputTransportOptions;
  /** Sent since others had their turn. */
  #burst = 0;
  #last: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;

  constructor(socket: Socket, peer: { address: string; port: number }, options: OpenOutputTransportOptions) {
    this.#socket = socket;
    this.#peer = peer;
    this.#options = options;
  }

  get ended(): boolean {
    return this.#closed !== null;
  }

  write(records: readonly Buffer[]): Promise<void> {
    if (this.#closed !== null) return Promise.resolve();
    this.#last = this.#last.then(() => this.#sendAll(records));
    return this.#last;
  }

  close(): Promise<void> {
    this.#closed ??= this.#last.then(() => new Promise<void>((resolve) => this.#socket.close(() => resolve())));
    return this.#closed;
  }

  async #sendAll(records: readonly Buffer[]): Promise<void> {
    for (const record of records) {
      this.#burst += record.length + DATAGRAM_BYTES;
      if (this.#burst > BURST_BYTES) {
        await setImmediate();
        this.#burst = record.length;
      }
      const error = await this.#send(record);
      if (error !== null) {
        this.#options.onFailure(error);
        return;
      }
    }
  }

  #send(record: Buffer): Promise<Error | null> {
    const { port, address } = this.#peer;
    return new Promise((resolve) => this.#socket.send(record, port, address, resolve));
  }
}
