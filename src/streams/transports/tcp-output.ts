import type { Socket } from 'node:net';
import { settlesWithin } from '../../util/settles-within.ts';
import type { SocketPlace, Sockets } from './sockets.ts';
import { openSockets } from './sockets.ts';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';

/** Writes to one peer; when the connection breaks, what the system had not taken goes to the next one. */
export class TcpOutput implements OutputTransport {
  readonly pull = null;
  readonly #sockets: Sockets;
  readonly #options: OpenOutputTransportOptions;
  /** Writes are made one after the other. */
  #last: Promise<void> = Promise.resolve();
  #isOver = false;
  #closed: Promise<void> | null = null;

  private constructor(sockets: Sockets, options: OpenOutputTransportOptions) {
    this.#sockets = sockets;
    this.#options = options;
  }

  static async open(place: SocketPlace, options: OpenOutputTransportOptions): Promise<TcpOutput> {
    return new TcpOutput(await openSockets(place, options), options);
  }

  get ended(): boolean {
    return this.#isOver;
  }

  write(chunks: readonly Buffer[]): Promise<void> {
    if (this.#isOver || this.#closed !== null) return Promise.resolve();
    const data = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    this.#last = this.#last.then(() => this.#write(data));
    return this.#last;
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  async #write(data: Buffer): Promise<void> {
    while (!this.#isOver) {
      try {
        const socket = await this.#sockets.next();
        if (socket === null) return;
        const error = await writeTo(socket, data);
        if (error === null) return;
        this.#options.onWarning(`connection lost, the peer may not have got all of it: ${error.message}`);
        this.#sockets.drop(error);
      } catch (error) {
        this.#isOver = true;
        this.#options.onFailure(error);
      }
    }
  }

  async #end(lingerMs: number | null): Promise<void> {
    if (lingerMs !== null && !this.#isOver && !(await settlesWithin(this.#finish(), lingerMs))) {
      this.#options.onLost('not everything was taken within LingerTime');
    }
    this.#isOver = true;
    this.#sockets.close();
  }

  async #finish(): Promise<void> {
    await this.#last;
    const socket = this.#isOver ? null : await this.#sockets.next();
    if (socket === null || socket.destroyed) return;
    socket.resume();
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.end();
    await closed;
  }
}

/** @returns why the connection broke, null when the system has taken the bytes */
function writeTo(socket: Socket, data: Buffer): Promise<Error | null> {
  return new Promise((resolve) => {
    if (socket.destroyed || !socket.writable) {
      resolve(new Error('the peer has closed the connection'));
      return;
    }
    socket.once('close', onClose);
    socket.write(data, (error) => {
      socket.removeListener('close', onClose);
      resolve(error ?? null);
    });
    function onClose(): void {
      resolve(new Error('the peer has closed the connection'));
    }
  });
}
