import { createReadStream } from 'node:fs';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { describeSystemError, systemErrorCode } from '../util/system-error.ts';
import type { Cli } from './command.ts';
import type { Io } from './io.ts';
import { readAll } from './io.ts';

type Reader = Pick<Cli, 'io' | 'out'>;

/** The contents of `file`; of stdin when it is `-` or left out. */
export async function readInput({ io, out }: Reader, file: string | undefined): Promise<Buffer> {
  if (isStdin(file)) return readAll(stdinOf({ io, out }));
  try {
    return await readFile(resolve(io.cwd, file));
  } catch (cause) {
    throw fileError(file, cause);
  }
}

/** The same piece by piece, for files of any size. */
export async function* inputChunks({ io, out }: Reader, file: string | undefined): AsyncGenerator<Buffer> {
  const source = isStdin(file) ? stdinOf({ io, out }) : createReadStream(resolve(io.cwd, file));
  try {
    yield* source as AsyncIterable<Buffer>;
  } catch (cause) {
    if (systemErrorCode(cause) === undefined) throw cause;
    throw fileError(file ?? 'stdin', cause);
  }
}

const isStdin = (file: string | undefined): file is undefined | '-' => file === undefined || file === '-';

/** Who has left out a file by mistake would wait for a command that waits for them. */
function stdinOf({ io, out }: Reader): Io['stdin'] {
  if (io.stdin.isTTY === true) out.note('Reading what you type; Ctrl-D on a line of its own ends it');
  return io.stdin;
}

/** Whether there is a regular file; links are followed. */
export async function isFile(io: Io, path: string): Promise<boolean> {
  try {
    return (await stat(resolve(io.cwd, path))).isFile();
  } catch {
    return false;
  }
}

/** Tells early, before a long run, that a file which it needs at its end cannot be read. */
export async function assertReadable(io: Io, file: string): Promise<void> {
  try {
    await access(resolve(io.cwd, file), constants.R_OK);
  } catch (cause) {
    throw fileError(file, cause);
  }
}

/** Why a file could not be read. */
export function fileError(file: string, cause: unknown): FastScoreError {
  if (systemErrorCode(cause) === 'ENOENT') return new FastScoreError('FILE_NOT_FOUND', `${file} not found`, { cause });
  return new FastScoreError('FILE_UNREADABLE', `${file} cannot be read: ${describeSystemError(cause)}`, { cause });
}
