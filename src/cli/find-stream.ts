import { basename, extname, resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { dataFile } from './data-file.ts';
import { streamFile } from './stream-file.ts';
import type { NamedDescriptor } from './typed-stream.ts';
import { typedStream } from './typed-stream.ts';

export interface StreamPlaces {
  /** Directory that relative paths start from. */
  readonly cwd: string;
  /** The stream of the catalog, null when there is none. */
  findStored(name: string): Promise<NamedDescriptor | null>;
  /** Where a word is looked for first that is the name of a file and of a stored stream. */
  readonly first: 'file' | 'stored';
  /** Whether an output may be a file that is not there yet. */
  readonly newFiles: boolean;
}

/**
 * What a word for a stream stands for: a literal (with a colon), a descriptor as JSON, a file with a descriptor or with data, or a
 * stream of the catalog. What begins like a path is nothing but a path; an output that looks like the name of a file is a new one.
 * @param slot that the stream is for; odd ones are outputs
 * @returns null when there is no such thing
 * @throws FastScoreError FILE_NOT_FOUND for a path, BAD_DESCRIPTOR
 */
export async function findStream(places: StreamPlaces, slot: number, text: string): Promise<NamedDescriptor | null> {
  const isPath = /^(\.{0,2}\/)/.test(text);
  const typed = isPath ? null : typedStream(text, places.cwd);
  if (typed !== null) return typed;
  const stored = isPath ? async () => null : () => places.findStored(text);
  if (places.first === 'stored') {
    const found = await stored();
    if (found !== null) return found;
  }
  const path = resolve(places.cwd, text);
  const file = await streamFile(path, text, slot);
  if (file !== null && file !== 'directory') return { ...file, name: basename(text) };
  if (places.first === 'file') {
    const found = await stored();
    if (found !== null) return found;
  }
  if (file === 'directory') throw new FastScoreError('BAD_DESCRIPTOR', `${text} is a directory`);
  const isNew = places.newFiles && slot % 2 === 1;
  if (isNew && (isPath || extname(text) !== '')) {
    return { ...(await dataFile(slot, path, text)), name: basename(text) };
  }
  if (isPath) throw new FastScoreError('FILE_NOT_FOUND', `${text} not found`);
  return null;
}

/** What cannot be a name is not stored either. */
export const isMissingStream = (error: unknown): error is FastScoreError =>
  error instanceof FastScoreError && (error.code === 'STREAM_NOT_FOUND' || error.code === 'BAD_NAME');
