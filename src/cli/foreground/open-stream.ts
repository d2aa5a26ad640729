import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Catalog } from '../../catalog/catalog.ts';
import { FastScoreError } from '../../core/errors.ts';
import { expandLiteral, isLiteral } from '../../streams/literal.ts';
import { fileError } from '../read-input.ts';
import type { NamedDescriptor } from '../stream-argument.ts';
import { withAbsolutePath } from '../stream-argument.ts';
import { dataFile } from './data-file.ts';

export interface Surroundings {
  /** Directory that relative paths start from. */
  readonly cwd: string;
  readonly catalog: Catalog;
}

export interface StreamWord {
  readonly slot: number;
  readonly text: string;
  /** File that takes the place of stdout. */
  readonly captureFile: string | null;
}

/**
 * What a stream argument of a run in the foreground stands for: `-`, a literal, a file with data or with a
 * descriptor, or a stream of the catalog. A word is the name of a file when there is one; an output also when it
 * looks like one and no stored stream has that name.
 */
export async function openStream({ cwd, catalog }: Surroundings, word: StreamWord): Promise<NamedDescriptor> {
  const { slot, text, captureFile } = word;
  if (text === '-') return { name: '-', descriptor: standardStream(slot, captureFile) };
  const isPath = /^(\.{0,2}\/)/.test(text);
  if (!isPath && isLiteral(text)) return expandLiteral(withAbsolutePath(text));
  const path = resolve(cwd, text);
  const stats = text === '' ? undefined : await stat(path).catch(() => undefined);
  if (stats?.isFile()) return (await readDescriptor(path, text, stats.size)) ?? (await dataFile(slot, path, text));
  // A pipe or a device, such as what a shell makes of <(...).
  if (stats !== undefined && !stats.isDirectory()) return dataFile(slot, path, text);
  const stored = isPath ? null : await findStored(catalog, text);
  if (stored !== null) return stored;
  if (stats !== undefined) throw new FastScoreError('BAD_DESCRIPTOR', `${text} is a directory`);
  if (slot % 2 === 1 && (isPath || extname(text) !== '')) return dataFile(slot, path, text);
  throw nothingThere(slot, text, isPath);
}

/** Lines of JSON. */
function standardStream(slot: number, captureFile: string | null): unknown {
  if (slot % 2 === 0) return { Transport: { Type: 'stdin' }, Encoding: 'json' };
  if (captureFile === null) return { Transport: { Type: 'stdout' }, Encoding: 'json' };
  return { Transport: { Type: 'file', Path: captureFile }, Encoding: 'json' };
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
    return 'Transport' in descriptor ? { name: text, descriptor } : null;
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

async function findStored(catalog: Catalog, name: string): Promise<NamedDescriptor | null> {
  try {
    return { name, descriptor: JSON.parse(await catalog.streams.get(name)) as unknown };
  } catch (error) {
    // What cannot be a name is not stored either.
    if (error instanceof FastScoreError && (error.code === 'STREAM_NOT_FOUND' || error.code === 'BAD_NAME'))
      return null;
    throw error;
  }
}

function nothingThere(slot: number, text: string, isPath: boolean): FastScoreError {
  if (isPath) return new FastScoreError('FILE_NOT_FOUND', `${text} not found`);
  const [literal, standard] = slot % 2 === 0 ? ['inline:1,2,3', 'stdin'] : ['file:out.jsonl', 'stdout'];
  return new FastScoreError('STREAM_NOT_FOUND', `There is neither a file nor a stored stream '${text}'`, {
    hint: `a literal such as ${literal}, or - for ${standard}`,
  });
}
