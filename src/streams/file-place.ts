import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { FastScoreError } from '../core/errors.ts';

export interface FilePlace {
  readonly path: string;
  /** null: there is nothing yet. */
  readonly stats: Stats | null;
}

/**
 * Where the `Path` of a descriptor leads. With a data root it is relative to it, must not leave it, not by a link
 * either, and only regular files are accepted; without one it is absolute and any file, pipe or device will do.
 */
export async function findFile(path: string, dataRoot: string | null): Promise<FilePlace> {
  if (dataRoot === null) {
    if (!isAbsolute(path)) {
      throw new FastScoreError('BAD_DESCRIPTOR', 'the path is not absolute', { hint: 'Write it in full, from / on' });
    }
    return { path, stats: await look(path) };
  }
  const root = await realpath(dataRoot);
  const real = await realpathOf(resolve(root, path));
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new FastScoreError('BAD_DESCRIPTOR', 'the path leads out of the data root');
  }
  const stats = await look(real);
  if (stats !== null && !stats.isFile()) throw new FastScoreError('BAD_DESCRIPTOR', 'is not a regular file');
  return { path: real, stats };
}

async function look(path: string): Promise<Stats | null> {
  const stats = await missingAsNull(stat(path));
  if (stats?.isDirectory()) throw new FastScoreError('BAD_DESCRIPTOR', 'is a directory');
  return stats;
}

/** A file that is not there yet has its place in a folder that is. */
async function realpathOf(path: string): Promise<string> {
  return (await missingAsNull(realpath(path))) ?? join(await realpath(dirname(path)), basename(path));
}

async function missingAsNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
