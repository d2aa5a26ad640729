import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HealthInfo } from '../../api/shapes.ts';
import { FastScoreError } from '../../core/errors.ts';
import { release } from '../../util/release.ts';
import type { Home } from '../home.ts';
import type { Io } from '../io.ts';
import { probeEngine } from './probe.ts';
import { embeddedSocketPath } from './socket-path.ts';

export interface EnsureOptions {
  readonly home: Home;
  readonly env: Io['env'];
  readonly signal: AbortSignal;
}

const POLL_MS = 20;
const START_MS = 30_000;

/**
 * Makes sure that the user's own engine runs.
 * @returns its socket
 * @throws FastScoreError ENGINE_VERSION when one of another release runs, ENGINE_UNREACHABLE when it cannot be started
 */
export async function ensureEmbeddedEngine(options: EnsureOptions): Promise<string> {
  const socket = embeddedSocketPath(options.home, options.env);
  const health = (await probeEngine(socket)) ?? (await start(socket, options));
  assertSameRelease(health);
  return socket;
}

/**
 * The lock keeps a crowd of commands from starting an engine each. It is only a courtesy: engines themselves
 * see to it that one of them gets the socket.
 */
async function start(socket: string, options: EnsureOptions): Promise<HealthInfo> {
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
      const health = await probeEngine(socket);
      if (health !== null) return health;
      if (release !== null) {
        engine ??= spawnEngine(options.home, options.env);
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

function assertSameRelease(health: HealthInfo): void {
  if (health.release === release) return;
  throw new FastScoreError('ENGINE_VERSION', `The running engine is of release ${health.release}, this is ${release}`, {
    hint: 'fastscore engine stop',
    details: { engine: health.release, client: release },
  });
}
