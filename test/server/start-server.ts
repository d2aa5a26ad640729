import { join } from 'node:path';
import { FastScoreClient } from '../../src/client/client.ts';
import type { ServerOptions } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/listen.ts';
import { buildServer } from './build-server.ts';

/** A server over a fake engine that listens on a Unix socket or on a free port of loopback, with a client of it. */
export async function startServer(where: 'socket' | 'tcp', options: Partial<ServerOptions> = {}) {
  const built = await buildServer(options);
  const listening = await listen(
    built.server,
    where === 'socket'
      ? { kind: 'socket', path: join(built.folder, 'run', 's') }
      : { kind: 'tcp', host: '127.0.0.1', port: 0 },
  );
  const target =
    where === 'socket'
      ? ({ kind: 'socket', path: listening.address } as const)
      : ({ kind: 'url', url: listening.address, headers: { authorization: `Bearer ${options.token}` } } as const);
  const client = new FastScoreClient(target);
  return {
    ...built,
    listening,
    client,
    async close(): Promise<void> {
      await client.close();
      await listening.close();
      await built.close();
    },
  };
}

export type Started = Awaited<ReturnType<typeof startServer>>;
