import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Backoff } from './backoff.ts';
import type { OpenTransportOptions } from './transport.ts';

export interface SocketPlace {
  readonly host: string;
  readonly port: number;
  readonly role: 'connect' | 'listen';
}

/** Connections with one peer, one after the other. */
export interface Sockets {
  /** The connection that there is, or else the next one; null after `close`. */
  next(): Promise<Socket | null>;
  /** The connection broke: `next` gives another one. */
  drop(error: unknown): void;
  close(): void;
}

/** Connects at once, or begins to listen: what cannot be is told before the stream runs. */
export async function openSockets(place: SocketPlace, options: OpenTransportOptions): Promise<Sockets> {
  return place.role === 'connect' ? await Connector.open(place, options) : await Listener.open(place);
}

class Connector implements Sockets {
  readonly #place: SocketPlace;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  #socket: Socket | null = null;
  /** Why the last connection broke, as long as there is no new one. */
  #error: unknown = null;

  private constructor(place: SocketPlace, { onTrouble }: OpenTransportOptions) {
    this.#place = place;
    this.#backoff = new Backoff({ onTrouble, signal: this.#closing.signal });
  }

  static async open(place: SocketPlace, options: OpenTransportOptions): Promise<Connector> {
    const connector = new Connector(place, options);
    connector.#socket = await connectTo(place, connector.#closing.signal);
    return connector;
  }

  async next(): Promise<Socket | null> {
    while (this.#socket === null) {
      if (!(await this.#backoff.failed(this.#error))) return null;
      try {
        this.#socket = await connectTo(this.#place, this.#closing.signal);
        this.#backoff.succeeded();
      } catch (error) {
        this.#error = error;
      }
    }
    return this.#closing.signal.aborted ? null : this.#socket;
  }

  drop(error: unknown): void {
    this.#socket?.destroy();
    this.#socket = null;
    this.#error = error;
  }

  close(): void {
    this.#closing.abort();
    this.#socket?.destroy();
  }
}

async function connectTo({ host, port }: SocketPlace, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  try {
    await once(socket, 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.on('error', () => {});
  return socket;
}

class Listener implements Sockets {
  readonly #server: Server;
  #socket: Socket | null = null;
  #waiting: ((socket: Socket | null) => void) | null = null;
  #isClosed = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async open({ host, port }: SocketPlace): Promise<Listener> {
    const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect: true });
    const listener = new Listener(server);
    server.listen(port, host);
    await once(server, 'listening');
    return listener;
  }

  next(): Promise<Socket | null> {
    if (this.#socket !== null || this.#isClosed) return Promise.resolve(this.#isClosed ? null : this.#socket);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  drop(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  close(): void {
    this.#isClosed = true;
    this.#server.close();
    this.#socket?.destroy();
    this.#waiting?.(null);
  }

  /** One peer at a time: any other is turned away. */
  #accept(socket: Socket): void {
    socket.on('error', () => {});
    if (this.#socket !== null && !this.#socket.destroyed) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    this.#waiting?.(socket);
    this.#waiting = null;
  }
}
