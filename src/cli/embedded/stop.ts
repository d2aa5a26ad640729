import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreClient } from '../../client/client.ts';
import { FastScoreError } from '../../core/errors.ts';
import type { Home } from '../home.ts';
import type { Io } from '../io.ts';
import { readEngineRecord } from './engine-record.ts';
import { isListening } from './probe.ts';
import { embeddedSocketPath } from './socket-path.ts';

const POLL_MS = 20;
const LOOK_MS = 2_000;

/** What runs there, as far as it could be found out. */
interface Work {
  readonly model: string | null;
  readonly jets: readonly number[];
}

/**
 * Ends the user's own engine, of whatever release, and waits until its process is gone, for `timeoutMs` at most.
 * @returns false when none is running
 * @throws FastScoreError TIMED_OUT with what still runs
 */
export async function stopEmbeddedEngine(home: Home, env: Io['env'], timeoutMs: number): Promise<boolean> {
  const socket = embeddedSocketPath(home, env);
  if (!(await isListening(socket))) return false;
  const deadline = Date.now() + timeoutMs;
  const pid = (await readEngineRecord(home))?.pid;
  const known = pid !== undefined && isAlive(pid) ? pid : null;
  const work = await lookAtWork(socket, Math.min(LOOK_MS, timeoutMs));
  await askToEnd(socket, Math.max(1, deadline - Date.now()));
  // Another command may have started the next engine by now: it has the socket, and another process.
  while (known === null ? await isListening(socket) : isAlive(known)) {
    if (Date.now() > deadline) throw stillThere(known, work, timeoutMs);
    await delay(POLL_MS);
  }
  return true;
}

/** What an engine does not tell it may do all the same: it is asked to end in any case. */
async function lookAtWork(socket: string, timeoutMs: number): Promise<Work> {
  const client = new FastScoreClient({ kind: 'socket', path: socket }, { timeoutMs });
  try {
    const { model, jets } = await client.engine.status();
    return { model: model?.name ?? null, jets: jets.map((jet) => jet.pid) };
  } catch {
    return { model: null, jets: [] };
  } finally {
    await client.close();
  }
}

/** One that does not answer, or is gone before it has, is looked at again by the caller. */
async function askToEnd(socket: string, timeoutMs: number): Promise<void> {
  const client = new FastScoreClient({ kind: 'socket', path: socket }, { timeoutMs });
  try {
    await client.connect.shutdown();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== 'TIMED_OUT' && code !== 'ENGINE_UNREACHABLE') throw error;
  } finally {
    await client.close();
  }
}

function stillThere(pid: number | null, { model, jets }: Work, timeoutMs: number): FastScoreError {
  const left = jets.filter(isAlive);
  const process = pid === null ? '' : ` (process ${pid})`;
  const what =
    left.length === 0 ? '' : `, ${left.length === 1 ? 'jet' : 'jets'} ${left.join(', ')} of '${model}' included`;
  return new FastScoreError(
    'TIMED_OUT',
    `Your engine${process} still runs ${timeoutMs / 1000} s after it was told to end${what}`,
    {
      ...(pid === null ? {} : { hint: `kill -9 ${pid}, which ends its jets too` }),
      details: { pid, jets: left, model },
    },
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
