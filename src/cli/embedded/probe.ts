import { connect } from 'node:net';
import type { HealthInfo } from '../../api/shapes.ts';
import { FastScoreClient } from '../../client/client.ts';
import { FastScoreError } from '../../core/errors.ts';
import { describeSystemError, systemErrorCode } from '../../util/system-error.ts';

/** An engine that has answered. It does not end for being idle before it is left. */
export interface Visit {
  readonly health: HealthInfo;
  leave(): Promise<void>;
}

const ANSWER_MS = 10_000;
/** ECONNRESET, EPIPE: it has just stopped listening, and this connection still waited to be accepted. */
const NOBODY: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ECONNRESET', 'EPIPE']);

/** Who answers on a socket; null when nobody listens there. */
export async function probeEngine(socket: string): Promise<HealthInfo | null> {
  const visit = await visitEngine(socket);
  await visit?.leave();
  return visit?.health ?? null;
}

/**
 * Asks who listens on a socket, and stays connected; null when nobody does. A file that is left of a process that died does
 * not count.
 * @throws FastScoreError when the socket is there but not for this user
 */
export async function visitEngine(socket: string): Promise<Visit | null> {
  const client = new FastScoreClient({ kind: 'socket', path: socket }, { timeoutMs: ANSWER_MS });
  const leave = (): Promise<void> => client.close();
  try {
    return { health: await client.connect.health(), leave };
  } catch (error) {
    await leave();
    if (!(error instanceof FastScoreError) || error.code !== 'ENGINE_UNREACHABLE') throw error;
    if (NOBODY.has(error.details.code)) return null;
    throw notForYou(socket, error.cause);
  }
}

/**
 * Whether a process listens on a socket, be it one that does not answer.
 * @throws FastScoreError when the socket is there but not for this user
 */
export function isListening(socket: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', (cause) => {
      if (NOBODY.has(systemErrorCode(cause))) resolve(false);
      else reject(notForYou(socket, cause));
    });
  });
}

function notForYou(socket: string, cause: unknown): FastScoreError {
  const message = `The socket ${socket} cannot be used: ${describeSystemError(cause)}`;
  return new FastScoreError('ENGINE_UNREACHABLE', message, {
    hint: 'set FASTSCORE_HOME to a directory of your own',
    cause,
  });
}
