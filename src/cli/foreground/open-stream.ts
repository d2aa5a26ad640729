import { extname, resolve } from 'node:path';
import type { Catalog } from '../../catalog/catalog.ts';
import { FastScoreError } from '../../core/errors.ts';
import { dataFile } from '../data-file.ts';
import { streamFile } from '../stream-file.ts';
import { streamHint } from '../stream-hint.ts';
import type { NamedDescriptor } from '../typed-stream.ts';
import { typedStream } from '../typed-stream.ts';

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
 * What a stream argument of a run in the foreground stands for: `-`, a literal, a descriptor as JSON, a file with data
 * or with a descriptor, or a stream of the catalog. A word is the name of a file when there is one; an output also when it
 * looks like one and no stored stream has that name.
 */
export async function openStream(surroundings: Surroundings, word: StreamWord): Promise<NamedDescriptor> {
  const { slot, text, captureFile } = word;
  if (text === '-') return { name: '-', descriptor: standardStream(slot, captureFile) };
  const stream = await findStream(surroundings, word);
  if (!isRest(stream.descriptor)) return stream;
  throw new FastScoreError('BAD_DESCRIPTOR', 'A model file runs in this very process, which nobody can reach by REST', {
    hint: `- for ${slot % 2 === 0 ? 'stdin' : 'stdout'}, or fastscore model add, and run the stored model`,
  });
}

async function findStream({ cwd, catalog }: Surroundings, { slot, text }: StreamWord): Promise<NamedDescriptor> {
  const isPath = /^(\.{0,2}\/)/.test(text);
  const typed = isPath ? null : typedStream(text);
  if (typed !== null) return typed;
  const path = resolve(cwd, text);
  const file = await streamFile(path, text, slot);
  if (file !== null && file !== 'directory') return file;
  const stored = isPath ? null : await findStored(catalog, text);
  if (stored !== null) return stored;
  if (file === 'directory') throw new FastScoreError('BAD_DESCRIPTOR', `${text} is a directory`);
  if (slot % 2 === 1 && (isPath || extname(text) !== '')) return dataFile(slot, path, text);
  throw nothingThere(slot, text, isPath);
}

function isRest(descriptor: unknown): boolean {
  const { Transport: transport } = descriptor as { Transport?: unknown };
  const type = typeof transport === 'object' ? (transport as { Type?: unknown } | null)?.Type : transport;
  return String(type).toLowerCase() === 'rest';
}

/** Lines of JSON. */
function standardStream(slot: number, captureFile: string | null): unknown {
  if (slot % 2 === 0) return { Transport: { Type: 'stdin' }, Encoding: 'json' };
  if (captureFile === null) return { Transport: { Type: 'stdout' }, Encoding: 'json' };
  return { Transport: { Type: 'file', Path: captureFile }, Encoding: 'json' };
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
    hint: streamHint(text, slot) ?? `a literal such as ${literal}, or - for ${standard}`,
  });
}
