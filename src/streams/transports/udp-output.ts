import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';

/** A datagram per record; nobody says whether it arrives. */
export async function openUdpOutput(
  host: string,
  port: number,
  { onFailure }: OpenOutputTransportOptions,
): Promise<OutputTransport> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  socket.on('error', onFailure);
  let last: Promise<void> = Promise.resolve();
  let closed: Promise<void> | null = null;
  return {
    pull: null,
    get ended() {
      return closed !== null;
    },
    write(records) {
      if (closed !== null) return Promise.resolve();
      last = last.then(() => sendAll(socket, records, { address, port, onFailure }));
      return last;
    },
    close() {
      closed ??= last.then(() => new Promise<void>((resolve) => socket.close(() => resolve())));
      return closed;
    },
  };
}

async function sendAll(
  socket: Socket,
  records: readonly Buffer[],
  { address, port, onFailure }: { address: string; port: number; onFailure: (error: unknown) => void },
): Promise<void> {
  for (const record of records) {
    const error = await new Promise<Error | null>((resolve) => socket.send(record, port, address, resolve));
    if (error !== null) {
      onFailure(error);
      return;
    }
  }
}
