import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreError } from '../../core/errors.ts';
import { release } from '../../util/release.ts';
import type { Home } from '../home.ts';
import type { Io } from '../io.ts';
import type { Visit } from './probe.ts';
import { visitEngine } from './probe.ts';
import { embeddedSocketPath } from './socket-path.ts';

export interface EnsureOptions {
  readonly home: Home;
  readonly env: Io['env'];
  readonly signal: AbortSignal;
}

/** The user's own engine, which stays as long as it is not left. */
export interface EnsuredEngine {
  readonly socket: string;
  leave(): Promise<void>;
}

const POLL_MS = 20;
const START_MS = 30_000;

/**
 * Makes sure that the user's own engine runs. It does not end for being idle until it is left, so that a command finds the
 * same engine from its first request to its last.
 * @throws FastScoreError ENGINE_VERSION when one of another release runs, ENGINE_UNREACHABLE when it cannot be started
 */
export async function ensureEmbeddedEngine(options: EnsureOptions): Promise<EnsuredEngine> {
  const socket = embeddedSocketPath(options.home, options.env);
  const visit = (await visitEngine(socket)) ?? (await start(socket, options));
  if (visit.health.release !== release) {
    await visit.leave();
    throw otherRelease(visit.health.release);
  }
  return { socket, leave: visit.leave };
}

/**
 * The lock keeps a crowd of commands from starting an engine each. It is only a courtesy: engines themselves
 * see to it that one of them gets the socket.
 */
async function start(socket: string, options: EnsureOptions): Promise<Visit> {
  const [{ prepareSocketDirectory }, { tryLock }, { spawnEngine }] = await Promise.all([
    import('./socket-path.ts'),
    import('./lock-file.ts'),
    import('./spawn.ts'),
  ]);
  await prepareSocketDirectory(join(options.home.run, 'engine.sock'));
  await prepareSocketDirectory(socket);
  const lock = join(options.home.run, 'start.lock');
  const deadline = Date.now() + START_MS;
  let release: (() => Promise<void>) | null = null;
  try {
    let engine: ReturnType<typeof spawnEngine> | undefined;
    while (Date.now() < deadline) {
      options.signal.throwIfAborted();
      release ??= await tryLock(lock);
      const visit = await visitEngine(socket);
      if (visit !== null) return visit;
      if (release !== null) {
        // One that gave way to another engine is of no use when that one has ended meanwhile.
        if (engine === undefined || engine.hasGivenWay()) engine = spawnEngine(options.home, options.env);
        await engine.assertAlive();
      }
      await delay(POLL_MS);
    }
  } finally {
    await release?.();
  }
  throw new FastScoreError('ENGINE_UNREACHABLE', `Your engine has not come up within ${START_MS / 1000} s`, {
    hint: `See ${options.home.log}`,
  });
}

function otherRelease(theirs: string): FastScoreError {
  return new FastScoreError('ENGINE_VERSION', `The running engine is of release ${theirs}, this is ${release}`, {
    hint: 'fastscore engine stop',
    details: { engine: theirs, client: release },
  });
}
