import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreError } from '../../core/errors.ts';
import type { Limits } from '../../engine/limits.ts';
import type { Engine } from '../../engine/types.ts';
import { release } from '../../util/release.ts';
import { settlesWithin } from '../../util/settles-within.ts';
import type { Cli } from '../command.ts';
import { readLimits } from '../limits.ts';
import type { Serving } from '../serve.ts';
import { serve } from '../serve.ts';
import { removeEngineRecord, writeEngineRecord } from './engine-record.ts';
import { isWork, parseIdle, watchIdle } from './idle.ts';
import { tryLock } from './lock-file.ts';
import { logEngine } from './log-engine.ts';
import { boundLog } from './log-file.ts';
import { embeddedSocketPath, prepareSocketDirectory } from './socket-path.ts';

const LOCK_POLL_MS = 20;
const ORPHAN_LOOK_MS = 5000;
/** `engine stop` has given up waiting before. */
const CLOSE_MS = 30_000;

/**
 * The user's own engine, as the process in the background. It ends when it is told to, when it has been idle for
 * long, and when its socket is gone, since then nobody can reach it any more.
 */
export async function serveEmbedded(cli: Cli): Promise<void> {
  const limits = readLimits(cli.io.env);
  const idleMs = parseIdle(cli.io.env.FASTSCORE_IDLE);
  const socket = embeddedSocketPath(cli.home, cli.io.env);
  await prepareSocketDirectory(socket);
  const ended = new AbortController();
  let serving: Serving | null = null;
  const end = (why: string) => (): void => {
    serving?.listening.refuse();
    ended.abort(why);
  };
  serving = await bind(cli, { socket, limits, shutdown: end('told to') });
  if (serving === null) return;

  const { engines } = serving.host;
  const { isReachable } = serving;
  const write = (entry: string): void => log(cli, entry);
  for (const engine of engines) logEngine(engine, write);
  const stopIdle = watchIdle(serving.server.app.server, {
    idleMs,
    isBusy: () => engines.some(({ state }) => isWork(state)),
    onIdle: end(`idle for ${idleMs / 1000} s`),
  });
  const orphanTimer = setInterval(async () => {
    if (!ended.signal.aborted && !(await isReachable())) end('the socket is gone')();
  }, ORPHAN_LOOK_MS);
  try {
    await writeEngineRecord(cli.home, { pid: process.pid, release, socket, started: new Date().toISOString() });
    write(`engine ${release} listens on ${socket}, process ${process.pid}`);
    await aborted(ended.signal, cli.signal);
    write(`engine ends: ${ended.signal.aborted ? ended.signal.reason : 'by a signal'}`);
  } finally {
    stopIdle();
    clearInterval(orphanTimer);
    await removeEngineRecord(cli.home);
    // Whoever waits for the end of this process is not to wait for ever: when it ends, its jets are killed.
    if (!(await settlesWithin(serving.close(), CLOSE_MS))) write(describeRest(engines));
  }
}

/** One process at a time looks whether the socket is free and takes it. null: another engine has it. */
async function bind(
  cli: Cli,
  { socket, limits, shutdown }: { socket: string; limits: Partial<Limits>; shutdown: () => void },
) {
  const lock = join(cli.home.run, 'bind.lock');
  let unlock = await tryLock(lock);
  while (unlock === null) {
    await delay(LOCK_POLL_MS, undefined, { signal: cli.signal });
    unlock = await tryLock(lock);
  }
  try {
    const address = { kind: 'socket', path: socket } as const;
    return await serve({ home: cli.home, address, engines: 1, limits, token: undefined, hosts: [], shutdown });
  } catch (error) {
    if (error instanceof FastScoreError && error.code === 'ADDRESS_IN_USE') return null;
    throw error;
  } finally {
    await unlock();
  }
}

function aborted(...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}

function describeRest(engines: readonly Engine[]): string {
  const left = engines.flatMap((engine) => engine.status().jets.map(({ pid }) => pid));
  const what = left.length === 0 ? 'a stream' : `the jets ${left.join(', ')}`;
  return `engine has waited ${CLOSE_MS / 1000} s for ${what} and ends without`;
}

function log({ out, home }: Cli, text: string): void {
  out.note(`${new Date().toISOString()} ${text}`);
  boundLog(home.log);
}
