import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreClient } from '../../client/client.ts';
import { FastScoreError } from '../../core/errors.ts';
import type { Home } from '../home.ts';
import type { Io } from '../io.ts';
import { readEngineRecord } from './engine-record.ts';
import { isListening } from './probe.ts';
import { embeddedSocketPath } from './socket-path.ts';

const POLL_MS = 20;
const STOP_MS = 30_000;

/**
 * Ends the user's own engine, of whatever release, and waits until its process is gone.
 * @returns false when none is running
 */
export async function stopEmbeddedEngine(home: Home, env: Io['env']): Promise<boolean> {
  const socket = embeddedSocketPath(home, env);
  if (!(await isListening(socket))) return false;
  const record = await readEngineRecord(home);
  const client = new FastScoreClient({ kind: 'socket', path: socket }, { timeoutMs: STOP_MS });
  try {
    await client.connect.shutdown();
  } finally {
    await client.close();
  }
  const deadline = Date.now() + STOP_MS;
  while ((await isListening(socket)) || isAlive(record?.pid)) {
    if (Date.now() > deadline) {
      throw new FastScoreError('TIMED_OUT', `Your engine has not ended within ${STOP_MS / 1000} s`, {
        ...(record === null ? {} : { hint: `kill ${record.pid}` }),
      });
    }
    await delay(POLL_MS);
  }
  return true;
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
