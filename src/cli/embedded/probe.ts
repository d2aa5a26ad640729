import { connect } from 'node:net';
import type { HealthInfo } from '../../api/shapes.ts';
import { FastScoreClient } from '../../client/client.ts';
import { FastScoreError } from '../../core/errors.ts';
import { describeSystemError, systemErrorCode } from '../../util/system-error.ts';

const ANSWER_MS = 10_000;
/** ECONNRESET: it has just stopped listening, and this connection still waited to be accepted. */
const NOBODY: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ECONNRESET']);

/** Who answers on a socket; null when nobody listens there. */
export async function probeEngine(socket: string): Promise<HealthInfo | null> {
  if (!(await isListening(socket))) return null;
  const client = new FastScoreClient({ kind: 'socket', path: socket }, { timeoutMs: ANSWER_MS });
  try {
    return await client.connect.health();
  } finally {
    await client.close();
  }
}

/**
 * Whether a process listens on a socket. A file that is left of a process that died does not count.
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

function notForYou(socket: string, cause: Error): FastScoreError {
  const message = `The socket ${socket} cannot be used: ${describeSystemError(cause)}`;
  return new FastScoreError('ENGINE_UNREACHABLE', message, {
    hint: 'set FASTSCORE_HOME to a directory of your own',
    cause,
  });
}
