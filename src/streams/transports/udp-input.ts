import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

/** Datagrams wait here up to this size; what comes beyond is lost, as it would be in the network. */
const BUFFER_BYTES = 16 * 1024 * 1024;
const DATAGRAM_BYTES = 256;
const SYSTEM_BUFFER_BYTES = 4 * 1024 * 1024;

export class UdpInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  readonly push = null;
  readonly #socket: Socket;
  readonly #onWarning: (text: string) => void;
  #datagrams: Buffer[] = [];
  #bytes = 0;
  #lost = 0;
  #error: Error | null = null;
  #reader: (() => void) | null = null;
  #isClosed = false;

  private constructor(socket: Socket, { onWarning }: OpenInputTransportOptions) {
    this.#socket = socket;
    this.#onWarning = onWarning;
    socket.on('message', (datagram) => this.#add(datagram));
    socket.on('error', (error) => {
      this.#error = error;
      this.#reader?.();
    });
  }

  static async open(
    { address, port }: { address: string; port: number },
    options: OpenInputTransportOptions,
  ): Promise<UdpInput> {
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: SYSTEM_BUFFER_BYTES });
    socket.bind(port, address);
    try {
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      throw error;
    }
    return new UdpInput(socket, options);
  }

  async read(): Promise<readonly Buffer[] | null> {
    while (this.#datagrams.length === 0 && !this.#isClosed && this.#error === null) {
      await new Promise<void>((resolve) => {
        this.#reader = resolve;
      });
    }
    if (this.#isClosed) return null;
    if (this.#error !== null) throw this.#error;
    const datagrams = this.#datagrams;
    this.#datagrams = [];
    this.#bytes = 0;
    if (this.#lost > 0) this.#onWarning(`${this.#lost} datagrams were lost: they came faster than they were read`);
    this.#lost = 0;
    return datagrams;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader?.();
    this.#socket.close();
  }

  #add(datagram: Buffer): void {
    if (this.#bytes >= BUFFER_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#datagrams.push(datagram);
    this.#bytes += datagram.length + DATAGRAM_BYTES;
    this.#reader?.();
  }
}
