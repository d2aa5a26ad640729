import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { makeDirectory } from '../util/atomic-file.ts';
import { describeSystemError } from '../util/system-error.ts';
import type { Io } from './io.ts';

/**
 * Where everything of one user lives:
 *
 *     catalog/            models, schemas, streams, snapshots: plain files
 *     connection.json     what `fastscore connect` saved
 *     engine.log          what the user's own engine has to say; engine.log.1 is what it said before
 *     run/engine.sock     the socket of that engine; the directory is the user's alone
 *     run/start.lock.N    held while that engine starts
 *     run/serve.lock.N    held by `fastscore serve`
 *     jets/               working directories of jets, by process
 *     snapshot.key        tells the catalog's own snapshots from others
 *     tls/                the server's own certificate and its key
 *     cache/              what can be made again
 */
export interface Home {
  readonly directory: string;
  readonly catalog: string;
  readonly connectionFile: string;
  readonly log: string;
  readonly run: string;
  readonly jets: string;
  readonly snapshotKey: string;
  readonly tls: string;
  readonly cache: string;
}

/** @throws FastScoreError FILE_UNREADABLE */
export async function makeHome({ directory }: Home): Promise<void> {
  try {
    await makeDirectory(directory);
  } catch (cause) {
    const reason = describeSystemError(cause);
    throw new FastScoreError('FILE_UNREADABLE', `The home directory ${directory} cannot be made: ${reason}`, {
      hint: 'set FASTSCORE_HOME to a directory that you may write to',
      cause,
    });
  }
}

/** `FASTSCORE_HOME`, else `$XDG_DATA_HOME/fastscore`, else `~/.local/share/fastscore`. Nothing is made. */
export function locateHome(env: Io['env']): Home {
  const directory = resolve(env.FASTSCORE_HOME || join(env.XDG_DATA_HOME || localShare(env), 'fastscore'));
  return {
    directory,
    catalog: join(directory, 'catalog'),
    connectionFile: join(directory, 'connection.json'),
    log: join(directory, 'engine.log'),
    run: join(directory, 'run'),
    jets: join(directory, 'jets'),
    snapshotKey: join(directory, 'snapshot.key'),
    tls: join(directory, 'tls'),
    cache: join(directory, 'cache'),
  };
}

const localShare = (env: Io['env']): string => join(env.HOME || homedir(), '.local', 'share');
