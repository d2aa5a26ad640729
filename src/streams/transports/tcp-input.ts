import { ReadableInput } from './readable-input.ts';
import type { SocketPlace, Sockets } from './sockets.ts';
import { openSockets } from './sockets.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

/** Ends when the peer ends; a connection that breaks is made again. */
export class TcpInput implements InputTransport {
  readonly start = 0;
  readonly rewind = null;
  readonly push = null;
  readonly #sockets: Sockets;
  readonly #onWarning: (text: string) => void;
  #reading: ReadableInput | null = null;
  #isClosed = false;

  private constructor(sockets: Sockets, { onWarning }: OpenInputTransportOptions) {
    this.#sockets = sockets;
    this.#onWarning = onWarning;
  }

  static async open(place: SocketPlace, options: OpenInputTransportOptions): Promise<TcpInput> {
    return new TcpInput(await openSockets(place, options), options);
  }

  async read(): Promise<readonly Buffer[] | 'anew' | null> {
    while (!this.#isClosed) {
      if (this.#reading === null) {
        const socket = await this.#sockets.next();
        if (socket === null) return null;
        this.#reading = new ReadableInput(socket);
      }
      try {
        return await this.#reading.read();
      } catch (error) {
        this.#onWarning(`connection lost, what was under way is lost too: ${(error as Error).message}`);
        this.#sockets.drop(error);
        this.#reading = null;
        return 'anew';
      }
    }
    return null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#sockets.close();
    await this.#reading?.close();
  }
}
