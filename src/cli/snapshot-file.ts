import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from './io.ts';
import { fileError } from './read-input.ts';

/** The bytes of a snapshot file. */
export async function* openSnapshotFile(io: Io, file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(resolve(io.cwd, file))) yield chunk as Buffer;
  } catch (cause) {
    throw fileError(file, cause);
  }
}
