import { rmSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Catalog } from '../catalog/catalog.ts';
import { FastScoreError } from '../core/errors.ts';
import { SnapshotRepository } from '../core/snapshot/repository.ts';
import { createEngine } from '../engine/engine.ts';
import type { Limits } from '../engine/limits.ts';
import type { Engine } from '../engine/types.ts';
import type { Home } from './home.ts';
import { makeHome } from './home.ts';
import { snapshotKey } from './snapshot-key.ts';

/** A catalog and engines in this very process. */
export interface Host {
  readonly catalog: Catalog;
  readonly snapshots: SnapshotRepository;
  readonly engines: readonly Engine[];
  /** Stops the engines; their jets are gone when it resolves. */
  close(): Promise<void>;
}

export interface HostOptions {
  /** Whether streams may be the standard streams of this process: only when it works for the person who started it alone. */
  readonly standardStreams: boolean;
  /** Directory that files of streams must lie in. By default they lie anywhere. */
  readonly dataRoot?: string | null;
  /** How long the engines wait, where not as by default. */
  readonly limits?: Partial<Limits>;
}

/** @param names of the engines, which share the catalog and nothing else */
export async function openHost(home: Home, names: readonly string[], options: HostOptions): Promise<Host> {
  await makeHome(home);
  await mkdir(home.jets, { recursive: true, mode: 0o700 });
  await removeLeftovers(home.jets);
  const catalog = new Catalog(home.catalog);
  const snapshots = new SnapshotRepository(catalog.snapshotsDirectory, { key: snapshotKey(home) });
  const workDirectory = join(home.jets, String(process.pid));
  const engines = names.map((name, index) =>
    createEngine({
      name,
      workDirectory: join(workDirectory, String(index + 1)),
      cacheDirectory: home.cache,
      snapshots,
      ...options,
      findSchema: (schema) => findSchema(catalog, schema),
    }),
  );
  const abandon = (): void => {
    killJets(engines);
    removeAtOnce(workDirectory);
  };
  process.once('exit', abandon);
  return {
    catalog,
    snapshots,
    engines,
    async close() {
      await Promise.all(engines.map((engine) => engine.close()));
      process.off('exit', abandon);
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}

/** The process ends before its engines were closed, as by a second Ctrl-C. Each jet leads a process group. */
function killJets(engines: readonly Engine[]): void {
  for (const { pid } of engines.flatMap((engine) => engine.status().jets)) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has gone meanwhile.
    }
  }
}

function removeAtOnce(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // A jet may still write there while it dies: who comes next removes what it leaves.
  }
}

async function findSchema(catalog: Catalog, name: string): Promise<unknown> {
  try {
    return JSON.parse(await catalog.schemas.get(name)) as unknown;
  } catch (error) {
    if (error instanceof FastScoreError && error.code === 'SCHEMA_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Directories of processes that died without cleaning up. They are named after the processes. */
async function removeLeftovers(jets: string): Promise<void> {
  for (const name of await readdir(jets)) {
    if (/^\d+$/.test(name) && (Number(name) === process.pid || !isAlive(Number(name)))) {
      await rm(join(jets, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
