import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { dataFile } from './data-file.ts';
import { withPathFrom } from './descriptor-path.ts';
import { fileError } from './read-input.ts';
import type { NamedDescriptor } from './typed-stream.ts';

/**
 * The stream that a file stands for: the descriptor in it, else the file itself as data.
 * @param text as the person called it
 * @returns null when there is no file, 'directory' when it is one
 */
export async function streamFile(
  path: string,
  text: string,
  slot: number,
): Promise<NamedDescriptor | 'directory' | null> {
  const stats = text === '' ? undefined : await stat(path).catch(() => undefined);
  if (stats === undefined) return null;
  if (stats.isDirectory()) return 'directory';
  // Not a file: a pipe or a device, such as what a shell makes of <(...).
  const described = stats.isFile() ? await readDescriptor(path, text, stats.size) : null;
  return described ?? (await dataFile(slot, path, text));
}

/** Larger files are data. */
const LARGEST_DESCRIPTOR = 1024 * 1024;

/** @returns null when the file holds no descriptor, but data */
async function readDescriptor(path: string, text: string, size: number): Promise<NamedDescriptor | null> {
  if (size > LARGEST_DESCRIPTOR) return null;
  const contents = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileError(text, cause);
  });
  if (!contents.trimStart().startsWith('{')) return null;
  try {
    const descriptor = JSON.parse(contents) as object;
    return 'Transport' in descriptor ? { name: text, descriptor: withPathFrom(dirname(path), descriptor) } : null;
  } catch (cause) {
    if (!isMeantAsDescriptor(contents)) return null;
    throw new FastScoreError('BAD_DESCRIPTOR', `${text} is not a stream descriptor: ${(cause as Error).message}`, {
      hint: `file:${text}, to use it as data`,
      cause,
    });
  }
}

/** As opposed to lines of JSON: it speaks of a transport, and its first line is not yet a record. */
function isMeantAsDescriptor(contents: string): boolean {
  if (!/"Transport"\s*:/.test(contents)) return false;
  try {
    JSON.parse(contents.trimStart().split('\n', 1)[0]!);
    return false;
  } catch {
    return true;
  }
}
