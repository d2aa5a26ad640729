import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** The open connections, with the number of requests under way on each. */
export class Connections {
  readonly #busy = new Map<Socket, number>();
  #isClosing = false;

  constructor(server: Server) {
    // Requests of a server with TLS name the socket that has been decrypted.
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#busy.set(socket, 0);
      socket.once('close', () => this.#busy.delete(socket));
    });
    // A websocket is closed with the words of its own protocol.
    server.on('upgrade', ({ socket }: IncomingMessage) => this.#busy.delete(socket));
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#count(socket, 1);
      response.once('close', () => {
        this.#count(socket, -1);
        if (this.#isClosing) this.#endIdle(socket);
      });
    });
  }

  /** Hangs up where nothing is under way now, and elsewhere as soon as that is so. Node itself spares those who never asked. */
  endWhenIdle(): void {
    this.#isClosing = true;
    for (const socket of this.#busy.keys()) this.#endIdle(socket);
  }

  #count(socket: Socket, change: number): void {
    const count = this.#busy.get(socket);
    if (count !== undefined) this.#busy.set(socket, count + change);
  }

  #endIdle(socket: Socket): void {
    if (this.#busy.get(socket) === 0) socket.destroySoon();
  }
}
