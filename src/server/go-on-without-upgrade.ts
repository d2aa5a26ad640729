import type { IncomingMessage, Server } from 'node:http';
import { Server as TlsServer } from 'node:tls';

const OF_UPGRADES = ['upgrade', 'connection', 'http2-settings'];

/**
 * Clients offer HTTP/2, curl and Java among them, and are content when the offer is ignored. Node gives such a socket
 * away as it stands: so it is handed back, with the request as it would have been without the offer.
 */
export function goOnWithoutUpgrade(server: Server, request: IncomingMessage, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders, socket } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!OF_UPGRADES.includes(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  // Node has read headers as latin1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket);
}
