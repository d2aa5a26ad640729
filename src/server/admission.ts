import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { networkOf } from '../util/network-of.ts';

export interface ConnectionLimits {
  /** Of those that have shown a token, or where none is wanted, of those with a request under way. */
  readonly trusted: number;
  /** Of all others. */
  readonly strangers: number;
  /** Of strangers from one address. */
  readonly strangersPerAddress: number;
}

interface Connection {
  /** The one that was accepted, below TLS. */
  readonly socket: Socket;
  readonly network: string;
  isTrusted: boolean;
  /** Requests under way. */
  busy: number;
}

/**
 * Who may stay when there are many connections. The room of those with a token is theirs alone. Strangers make room for each other:
 * the oldest one goes, of the address that has most, when there are too many. So however many connections are held open without a token, a
 * new one is accepted at once, and out of reach as soon as its first request has come.
 */
export class Admission {
  readonly #limits: ConnectionLimits;
  /** The oldest first. */
  readonly #strangers = new Set<Connection>();
  readonly #perNetwork = new Map<string, number>();
  readonly #bySocket = new WeakMap<Socket, Connection>();
  #trusted = 0;

  /** @param hasToken false: who has a request under way is trusted */
  constructor(server: Server, { hasToken, limits }: { readonly hasToken: boolean; readonly limits: ConnectionLimits }) {
    this.#limits = limits;
    server.maxConnections = limits.trusted + limits.strangers;
    server.on('connection', (socket: Socket) => this.#arrive(socket));
    if (server instanceof TlsServer) this.#followTls(server);
    if (!hasToken) this.#trustWhileBusy(server);
  }

  /** The client of this connection has shown the token. */
  trust(socket: Socket): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined || connection.isTrusted || this.#trusted >= this.#limits.trusted) return;
    this.#removeStranger(connection);
    connection.isTrusted = true;
    this.#trusted += 1;
  }

  #distrust(connection: Connection): void {
    if (!connection.isTrusted || connection.socket.destroyed) return;
    connection.isTrusted = false;
    this.#trusted -= 1;
    this.#addStranger(connection);
  }

  #arrive(socket: Socket): void {
    const connection = { socket, network: networkOf(socket.remoteAddress ?? ''), isTrusted: false, busy: 0 };
    this.#bySocket.set(socket, connection);
    socket.once('close', () => {
      if (connection.isTrusted) this.#trusted -= 1;
      else this.#removeStranger(connection);
      connection.isTrusted = false;
    });
    this.#addStranger(connection);
  }

  #addStranger(connection: Connection): void {
    const { network } = connection;
    const count = (this.#perNetwork.get(network) ?? 0) + 1;
    this.#strangers.add(connection);
    this.#perNetwork.set(network, count);
    if (count > this.#limits.strangersPerAddress) this.#dismissOldestOf(network);
    else if (this.#strangers.size > this.#limits.strangers) this.#dismissOldestOf(this.#busiestNetwork());
  }

  #removeStranger(connection: Connection): void {
    if (!this.#strangers.delete(connection)) return;
    const { network } = connection;
    const count = (this.#perNetwork.get(network) ?? 0) - 1;
    if (count > 0) this.#perNetwork.set(network, count);
    else this.#perNetwork.delete(network);
  }

  #dismissOldestOf(network: string): void {
    for (const connection of this.#strangers) {
      if (connection.network !== network) continue;
      this.#removeStranger(connection);
      connection.socket.destroy();
      return;
    }
  }

  #busiestNetwork(): string {
    let busiest = '';
    let most = 0;
    for (const [network, count] of this.#perNetwork) {
      if (count > most) [busiest, most] = [network, count];
    }
    return busiest;
  }

  /** Requests name the socket that has been decrypted; strangers count from before the handshake. */
  #followTls(server: TlsServer): void {
    const accepted = new Map<string, Connection>();
    server.on('connection', (socket: Socket) => {
      const connection = this.#bySocket.get(socket);
      const name = nameOf(socket);
      if (connection === undefined) return;
      accepted.set(name, connection);
      socket.once('close', () => {
        if (accepted.get(name) === connection) accepted.delete(name);
      });
    });
    server.on('secureConnection', (socket: Socket) => {
      const connection = accepted.get(nameOf(socket));
      if (connection !== undefined) this.#bySocket.set(socket, connection);
    });
  }

  #trustWhileBusy(server: Server): void {
    server.on('upgrade', ({ socket }: IncomingMessage) => this.trust(socket));
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      const connection = this.#bySocket.get(socket);
      if (connection === undefined) return;
      connection.busy += 1;
      this.trust(socket);
      response.once('close', () => {
        connection.busy -= 1;
        if (connection.busy === 0) this.#distrust(connection);
      });
    });
  }
}

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
