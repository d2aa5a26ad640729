import { stat } from 'node:fs/promises';
import type { Limits } from '../engine/limits.ts';
import { parseConfiguration } from '../server/configuration-body.ts';
import type { Server, TlsKeys } from '../server/create-server.ts';
import { createServer } from '../server/create-server.ts';
import { fleetNames, withFleetNames } from '../server/fleet-names.ts';
import type { ListenAddress, Listening } from '../server/listen.ts';
import { listen } from '../server/listen.ts';
import type { Home } from './home.ts';
import type { Host } from './host.ts';
import { openHost } from './host.ts';
import { during } from './output/errors.ts';

export interface ServeOptions {
  readonly home: Home;
  readonly address: ListenAddress;
  /** At least so many; a configuration may want more. */
  readonly engines: number;
  /** The first configuration. */
  readonly configuration?: { readonly file: string; readonly text: string } | undefined;
  /** Directory that files of streams must lie in. By default they lie anywhere. */
  readonly dataRoot?: string | null;
  /** How long the engines wait, where not as by default. */
  readonly limits?: Partial<Limits>;
  readonly token: string | undefined;
  /** With these it speaks https. */
  readonly tls?: TlsKeys | undefined;
  /** Host names under which the server is known. */
  readonly hosts: readonly string[];
  /** What a request to shut down does; absent: such requests are refused. */
  readonly shutdown?: () => void;
}

export interface Serving {
  readonly host: Host;
  readonly server: Server;
  readonly listening: Listening;
  /** Whether the socket is still the one that was made here; true for TCP. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** Engines, their catalog and the REST API over them, listening. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { home, address, token, tls, hosts, shutdown } = options;
  const configuration = options.configuration && (await readFleet(options.configuration));
  const count = Math.max(options.engines, configuration?.engines ?? 0);
  const names = Array.from({ length: count }, (_, index) => `engine-${index + 1}`);
  const { dataRoot = null, limits = {} } = options;
  const host = await openHost(home, names, { standardStreams: false, dataRoot, limits });
  try {
    const server = createServer({
      fleet: { engines: host.engines },
      ...(configuration === undefined ? {} : { configuration: configuration.document }),
      catalog: host.catalog,
      snapshots: host.snapshots,
      hosts,
      ...(token === undefined ? {} : { token }),
      ...(tls === undefined ? {} : { tls }),
      ...(shutdown === undefined ? {} : { shutdown }),
    });
    const listening = await listen(server, address);
    const inode = await inodeOf(address);
    const isReachable = async (): Promise<boolean> => (await inodeOf(address)) === inode;
    return {
      host,
      server,
      listening,
      isReachable,
      async close() {
        // Closing removes the socket's file, even when another process has put its own there.
        if (!server.app.server.listening || (await isReachable())) await listening.close();
        await host.close();
      },
    };
  } catch (error) {
    await host.close();
    throw error;
  }
}

function readFleet({ file, text }: { readonly file: string; readonly text: string }) {
  const reading = async () => {
    const document = withFleetNames(await parseConfiguration(text));
    return { document, engines: fleetNames(document).engines.length };
  };
  return during(`Cannot use ${file}`, reading());
}

async function inodeOf(address: ListenAddress): Promise<number | null> {
  if (address.kind === 'tcp') return null;
  try {
    return (await stat(address.path)).ino;
  } catch {
    return -1;
  }
}
