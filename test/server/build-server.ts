import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog } from '../../src/catalog/catalog.ts';
import { SnapshotRepository } from '../../src/core/snapshot/repository.ts';
import type { ServerOptions } from '../../src/server/create-server.ts';
import { createServer } from '../../src/server/create-server.ts';
import { FakeEngine } from './fake-engine.ts';

/** A server over a fake engine and a catalog in a temporary folder. */
export async function buildServer(options: Partial<ServerOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-server-'));
  const catalog = new Catalog(join(folder, 'catalog'));
  const snapshots = new SnapshotRepository(catalog.snapshotsDirectory, { key: async () => Buffer.alloc(32, 7) });
  const engine = new FakeEngine();
  const server = await orRemove(folder, () =>
    createServer({ fleet: { engines: [engine] }, catalog, snapshots, ...options }),
  );
  return {
    server,
    app: server.app,
    engine,
    catalog,
    snapshots,
    folder,
    /** For tests that share a server: as if nothing had been loaded or stored. */
    async clear(): Promise<void> {
      engine.clear();
      await rm(catalog.directory, { recursive: true, force: true });
    },
    async close(): Promise<void> {
      await server.app.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function orRemove<T>(folder: string, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

export type Built = Awaited<ReturnType<typeof buildServer>>;
