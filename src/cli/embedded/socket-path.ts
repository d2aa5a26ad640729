import { lstat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { FastScoreError } from '../../core/errors.ts';
import { makeDirectory } from '../../util/atomic-file.ts';
import type { Home } from '../home.ts';
import type { Io } from '../io.ts';

/** The longest path that a Unix socket can have: a fixed field of the system's, less the byte that ends it. */
const MAX_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

const SOCKET = 'engine.sock';

/**
 * Where the socket of the user's own engine is: in the home directory, or when that path is too long in a
 * short one that is made from it.
 */
export function embeddedSocketPath(home: Home, env: Io['env']): string {
  const path = join(home.run, SOCKET);
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path;
  // Loaded for long paths only: it takes longer than all else here.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(home.directory).digest('hex').slice(0, 12);
  const candidates = [
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, `fastscore-${hash}`)] : []),
    join(tmpdir(), `fastscore-${userInfo().uid}-${hash}`),
    join('/tmp', `fastscore-${userInfo().uid}-${hash}`),
  ].map((directory) => join(directory, SOCKET));
  const short = candidates.find((candidate) => Buffer.byteLength(candidate) <= MAX_PATH_BYTES);
  if (short !== undefined) return short;
  throw new FastScoreError('BAD_INPUT', `The path of a socket may take ${MAX_PATH_BYTES} bytes, ${path} is longer`, {
    hint: 'set FASTSCORE_HOME to a shorter path',
  });
}

/**
 * Makes the directory of a socket, closed to everybody else.
 * @throws FastScoreError when it is there and belongs to somebody else, or lets somebody else in
 */
export async function prepareSocketDirectory(socket: string): Promise<void> {
  const directory = dirname(socket);
  try {
    await makeDirectory(directory, 0o700);
  } catch (cause) {
    throw new FastScoreError('FILE_UNREADABLE', `The directory ${directory} cannot be made`, {
      hint: 'set FASTSCORE_HOME to a directory that you may write to',
      cause,
    });
  }
  const { uid, mode } = await checkDirectory(directory);
  if (uid === userInfo().uid && (mode & 0o077) === 0) return;
  throw new FastScoreError('ENGINE_UNREACHABLE', `The directory ${directory} must be yours and closed to others`, {
    hint: `chmod 700 ${directory}, or set FASTSCORE_HOME to another directory`,
  });
}

async function checkDirectory(directory: string): Promise<{ uid: number; mode: number }> {
  const stats = await lstat(directory);
  if (stats.isDirectory()) return stats;
  throw new FastScoreError('ENGINE_UNREACHABLE', `${directory} is not a directory`, {
    hint: 'set FASTSCORE_HOME to another directory',
  });
}
